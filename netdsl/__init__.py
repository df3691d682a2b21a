"""netdsl: a small language for neural-network architectures, its compiler and a trainer.

    import netdsl

    netdsl.check(text)                           # diagnostics, and the checked network
    netdsl.lint(text)                            # the same, with what could be better
    netdsl.format(text)                          # the text in the one layout
    netdsl.load("lenet5", classes=100)           # a plain torch.nn.Module
    netdsl.train(module, dataset, recipe)        # a run folder

Importing this package costs nothing: torch is imported when a network is built.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.api import NetError, check, format, lint, load, train

__version__ = "0.1.0"
__all__ = ["NetError", "__version__", "check", "format", "lint", "load", "train"]


def __getattr__(name: str) -> object:
    if name in ("NetError", "check", "format", "lint", "load", "train"):
        from netdsl import api

        return getattr(api, name)
    if name == "load_ipython_extension":
        from netdsl import notebook

        return notebook.load_ipython_extension
    raise AttributeError(f"module 'netdsl' has no attribute {name!r}")
