"""Findings about networks without errors: what is probably a mistake, or could be better.

A lint is a function from a network's graph, or from a file's tree, to
findings. `table` has all of them; `run` runs those that are wanted.
"""

from netdsl.lints.options import LintOptions
from netdsl.lints.run import lint_source

__all__ = ["LintOptions", "lint_source"]
