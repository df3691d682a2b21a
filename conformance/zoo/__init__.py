"""The packaged networks against torchvision's: the same parameters, functions and starts.

`python -m conformance.zoo` runs the comparison; docs/zoo.md holds what came of it.
"""
