"""Where the check is stricter than torch on purpose, each reason by name; and warnings that are known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from netdsl.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the check refuses what torch runs.

    `code`, `message` and `label` are patterns of the finding.
    """

    name: str
    why: str
    code: str
    message: str = ""
    label: str = ""

    def fits(self, diagnostic: Diagnostic) -> bool:
        """Whether a finding is of this kind."""
        return (
            re.fullmatch(self.code, diagnostic.code.id) is not None
            and re.search(self.message, diagnostic.message) is not None
            and re.search(self.label, diagnostic.label) is not None
        )


REASONS: tuple[Reason, ...] = (
    Reason(
        "a flag is true or false",
        "torch takes anything for its truth: 1, a word, an empty list",
        "E303",
        message="must be `true` or `false`$",
    ),
    Reason(
        "a truth value is no number",
        "torch takes true for 1 and false for 0",
        "E303",
        message="must be .*(integer|number)",
        label="this is `(true|false)`|this is the list .*(true|false)",
    ),
    Reason(
        "sizes below 2^31",
        "torch takes larger integers where it makes no tensor of them; no tensor can be so large",
        "E303",
        label=r"this is the (integer -?\d{10,}|list .*\d{10,})",
    ),
    Reason(
        "a padding for every side",
        "torch pads the last axes alone where it is told fewer sides than its documentation asks for",
        "E206",
        message="^wrong number of paddings",
    ),
    Reason("the batch is no axis", "torch normalizes over the samples too", "E208", message="no such axis"),
    Reason(
        "an index counts from 0",
        "torch counts from the end below 0",
        "E303",
        message="`index` must be an integer of at least 0",
    ),
    Reason(
        "padding is added",
        "torch cuts the map by a negative padding of a convolution, where it is not of zeros",
        "E303",
        message="`padding` must be",
        label="this is the (integer -|list .*-)",
    ),
    Reason(
        "numbers of float32",
        "torch takes larger numbers where it does not use them",
        "E303",
        "that float32 holds",
    ),
    Reason(
        "circular padding goes round what is left",
        "torch goes on where the other side is cut, and reads memory that nobody wrote",
        "E209",
        label="circular elements",
    ),
    Reason(
        "a slope that can't be undone",
        "torch raises in the backward pass alone",
        "E206",
        message="^a negative `(alpha|negative_slope)` in place",
    ),
    Reason(
        "an init starts something",
        "torch is not asked where there is no such weight",
        "E509",
        "has no weight of its own",
    ),
    Reason("the batch stays first", "torch rearranges the batch too", "E303", "`(dims|start_dim)` must be"),
    Reason(
        "eps is not negative", "torch takes it, and makes nan of small variances", "E303", "`eps` must be"
    ),
    Reason(
        "powers and scales are positive",
        "torch makes inf or nan of them",
        "E303",
        "`(norm_type|alpha)` must be",
    ),
)
# Words of a warning, its name, and what it is about.
WARNINGS: tuple[tuple[str, str, str], ...] = (
    (
        "padding='same' with even kernel",
        "uneven padding",
        "the input is copied with a border, as an even kernel needs one element more on one side",
    ),
    (
        "mean is more than 2 std from",
        "a normal distribution cut far off",
        "trunc_normal was told a mean far outside of its range",
    ),
)


def explain_refusal(diagnostic: Diagnostic) -> str | None:
    """The name of the reason for a refusal, None where there is none."""
    return next((each.name for each in REASONS if each.fits(diagnostic)), None)


def explain_warning(message: str) -> str | None:
    """The name of a warning of torch's, None where it is unknown."""
    return next((name for words, name, _ in WARNINGS if words in message), None)
