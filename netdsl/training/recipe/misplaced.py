"""Keys that people write in recipes, and that belong elsewhere."""

from __future__ import annotations

# Options of the command: they say where a training runs and where it is kept, not what it is.
_OPTIONS = (
    *("device", "devices", "data", "data_dir", "deterministic", "out", "resume", "show_batch", "tensorboard"),
)
_IN_NETS = ("activation", "dropout", "hidden", "hidden_size", "num_classes", "width")
_IN_EXPERIMENTS = (
    *("title", "net", "recipe", "set", "runs", "grid", "random", "search", "seeds", "partial_epochs"),
)


def where_it_belongs(key: str) -> str | None:
    """Where a key belongs that is no recipe's, as a help, if that is known."""
    key = key.lower().replace("-", "_")
    if key in _OPTIONS:
        return f"it is an option of the command: `--{key.replace('_', '-')}`"
    if key in _IN_NETS:
        return "it belongs to the network: write it in the `.net` file, as a parameter if it is to vary"
    if key in _IN_EXPERIMENTS:
        return "it is a key of an experiment file: `netdsl sweep FILE` takes one"
    return None
