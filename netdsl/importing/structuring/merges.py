"""Branches that meet, as the merge that says so best."""

from __future__ import annotations

from netdsl.importing.model import Call, Options
from netdsl.importing.tree import BlockStep, Body, Branch, LayerStep, MergeStep, count

DROP = "drop_path"
PROJECTING = ("conv", "bn", "avgpool", "maxpool", "pad_channels", "identity")


def merged(call: Call, branches: tuple[Branch, ...], before: Call) -> MergeStep:
    """A merge; a sum of two is a residual where one of them is nothing or a projection."""
    name, options = call.layer, call.options
    if name == "add" and len(branches) == 2:
        body, shortcut = sorted(branches, key=lambda each: -count(each.body))
        if is_projection(shortcut.body) and body.body:
            last = body.body[-1]
            if isinstance(last, LayerStep) and last.layer == DROP and len(body.body) > 1:
                rate: Options = (("drop_path", dict(last.options).get("p", 0.5)),)
                return MergeStep(rate, before.shape, None, "residual", (Branch(body.body[:-1]), shortcut))
            return MergeStep((), before.shape, None, "residual", (body, shortcut))
    if name != "concat":
        # What is nothing but the value stands first; the order changes no sum or product.
        branches = tuple(sorted(branches, key=lambda each: bool(each.body)))
    return MergeStep(options, before.shape, None, name, branches)


def is_projection(body: Body) -> bool:
    """Whether steps only bring a value into another shape."""
    flat = [inner for step in body for inner in (step.body if isinstance(step, BlockStep) else (step,))]
    names = [step.layer if isinstance(step, LayerStep) else "" for step in flat]
    return all(name in PROJECTING for name in names) and names.count("conv") < 2
