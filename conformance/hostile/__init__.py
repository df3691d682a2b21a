"""Hostile inputs: texts and files that nobody means well with, given to netdsl by the hundred thousand.

`python -m conformance.hostile` runs a campaign; docs/conformance.md holds what came of it.
"""
