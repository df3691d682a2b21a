"""What a model's author can do where a run without numbers failed."""

from __future__ import annotations

NUMBERS = "the model is run on a value without numbers: which layers run may depend on shapes alone"
# What torch says, and what that means here.
SAID: tuple[tuple[str, str], ...] = (
    ("item()", NUMBERS),
    ("data-dependent", NUMBERS),
    ("to numpy", "calculate with torch's functions and layers; the value has no numbers here"),
    (
        "expected device meta",
        "a layer in a plain list, or a tensor made in `forward`, is no part of the module: "
        "use nn.ModuleList, or register the tensor as a buffer",
    ),
    ("NVIDIA driver", "leave `.cuda()` and `.to(device)` out of `forward`"),
    ("CUDA", "leave `.cuda()` and `.to(device)` out of `forward`"),
    (
        "is invalid for input of size",
        "numbers that are written out fit one batch and one size of image: write torch.flatten(x, 1), "
        "or give that size by --input",
    ),
    (
        "required positional argument",
        "a network takes one value; import a module whose `forward` makes the others of it",
    ),
    ("must have same reduction dim", "--input gives another shape; `flatten(1)` keeps the batch, axis 0"),
    ("meta", NUMBERS),
)
OTHERWISE = "--input gives another shape, without the batch"


def remedy(said: str) -> str:
    """What to do, from the first line of what Python said."""
    return next((help for fragment, help in SAID if fragment in said), OTHERWISE)
