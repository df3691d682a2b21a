"""One program compared: what the check says of it, and what torch does."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from conformance.programs.explained import explain_refusal, explain_warning
from conformance.programs.layouts import compare_layout
from conformance.programs.networks import compare_network
from conformance.programs.program import Program
from conformance.programs.reference.run import run_file, run_on, seed
from conformance.programs.reference.tape import Run, TooLongError
from conformance.programs.reference.values import RefusedError
from netdsl.checker import CheckResult, check_module
from netdsl.checker.loading.modules import load_module
from netdsl.checker.scope.values import as_settings
from netdsl.diagnostics.catalogue.shapes import OVERWRITTEN
from netdsl.diagnostics.diagnostic import Diagnostic, Severity
from netdsl.diagnostics.render import render_github, render_json, render_text
from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree

# What becomes of a value that is overwritten, where the check refuses that.
OVERWRITING_RAISES = "overwritten: torch raises"
OVERWRITING_CHANGES = "overwritten: other numbers"
OVERWRITING_UNSEEN = "overwritten: no difference seen"
ACCEPTED, REFUSED, UNREADABLE, UNOBSERVED = "accepted", "refused", "unreadable", "not run"


@dataclass(slots=True)
class Comparison:
    """What came of a program. `disagreements` is empty where the check says what torch does.

    `explained` names the reasons why the check is stricter, where it is, and what torch warned of.
    """

    verdict: str = ACCEPTED
    disagreements: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    run: Run | None = None
    refused_by: str = ""


def compare(program: Program) -> Comparison:
    """Compare a program."""
    made = Comparison()
    try:
        result, file, mistakes = check(program)
        for show in (render_text, render_json, render_github):
            show(result.diagnostics)
    except Exception:  # a check raises nothing, whatever the text
        made.disagreements.append("the check raises:\n" + traceback.format_exc())
        return made
    made.codes = [each.code.id for each in result.diagnostics]
    if mistakes:
        made.verdict = UNREADABLE
        if result.ok:
            made.disagreements.append("the check accepts what can't be read")
        return made
    made.disagreements += compare_layout(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.run = run_file(file, program.net, program.settings)
    except TooLongError:
        made.verdict = UNOBSERVED
        return made
    except Exception:  # a mistake of the reference's own
        made.disagreements.append("the reference raises:\n" + traceback.format_exc())
        return made
    if result.network is None:
        made.verdict = REFUSED
        made.disagreements += compare_refusal(result, file, program, made)
    else:
        made.disagreements += compare_acceptance(result, made)
    return made


def check(program: Program) -> tuple[CheckResult, tree.File, list[Diagnostic]]:
    """What `netdsl.check` says, with the tree it read and the mistakes of reading alone."""
    module, mistakes = load_module(Source("<text>", program.text), None)
    settings = as_settings(program.settings)
    checked = check_module(module, program.net, settings) if module.nets or not mistakes else None
    if checked is None:
        return CheckResult((), tuple(mistakes)), module.file, mistakes
    networks = () if mistakes else checked.networks
    return CheckResult(networks, (*mistakes, *checked.diagnostics)), module.file, mistakes


def compare_acceptance(result: CheckResult, made: Comparison) -> Iterator[str]:
    """In what an accepted program does otherwise than was said; torch's warnings are among it."""
    run, network = made.run, result.network
    assert run is not None
    assert network is not None
    if run.refused is not None:
        yield f"the check accepts what {run.refused.by} refuses: {show_refusal(run.refused)}"
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield from compare_network(network, run)
        except Exception:  # whatever is raised, the check did not say so
            yield "the module of an accepted network raises:\n" + traceback.format_exc()
    for warning in caught:
        reason = explain_warning(str(warning.message))
        if reason is None:
            yield f"torch warns of an accepted network: {warning.message}"
        else:
            made.explained.append(reason)


def compare_refusal(
    result: CheckResult, file: tree.File, program: Program, made: Comparison
) -> Iterator[str]:
    """Whether torch, or the language's page, refuses a program too, and at the same place."""
    run = made.run
    assert run is not None
    errors = [each for each in result.diagnostics if each.severity == Severity.ERROR]
    if not errors:
        yield "the check refuses without a word"
        return
    refused = run.refused
    if refused is not None:
        made.refused_by = refused.by
        if any(meets(each, refused.span) for each in errors):
            return
    unexplained = []
    for each in errors:
        reason = explain_refusal(each)
        if reason is None and not is_unseen(each, file, run):
            unexplained.append(each)
        elif reason is not None:
            made.explained.append(reason)
    if refused is None and unexplained and all(each.code is OVERWRITTEN for each in unexplained):
        made.explained.append(see_overwriting(file, program, run))
        return
    # After a statement that the check alone refuses, it says no more.
    if refused is not None and len(unexplained) < len(errors):
        return
    if refused is not None:
        yield f"refused elsewhere: the check says\n{shown(errors)}but {show_refusal(refused)}"
    elif unexplained:
        yield f"torch runs what the check refuses:\n{shown(unexplained)}"


def see_overwriting(file: tree.File, program: Program, run: Run) -> str:
    """What comes of it where a value is overwritten that the check says is needed."""
    if run.device == "meta" or run.input is None:
        return OVERWRITING_UNSEEN
    other = run_on("cpu", file, program.net, program.settings, overwriting=True)
    if other.refused is not None:
        return OVERWRITING_RAISES
    for entry, same in zip(run.entries, other.entries, strict=True):
        same.module.load_state_dict(entry.module.state_dict())
    for training in (False, True):
        made = []
        for each in (run, other):
            seed()
            inputs = run.input.clone().requires_grad_()
            try:
                # As if something that learns stood before it.
                made.append(
                    torch.cat([out.flatten() for out in each.replay(inputs * 1.0, training=training)])
                )
                torch.autograd.backward(made[-1].sum())
            except RuntimeError:
                return OVERWRITING_RAISES
        if not torch.allclose(made[0], made[1], equal_nan=True):
            return OVERWRITING_CHANGES
    return OVERWRITING_UNSEEN


def meets(diagnostic: Diagnostic, span: Span) -> bool:
    """Whether a finding is about a place: they overlap, or it is about no place of the file."""
    found = diagnostic.span
    if found is None or found.source.name != span.source.name:
        return True
    return (found.start < span.end and span.start < found.end) or found.start == span.start


def is_unseen(diagnostic: Diagnostic, file: tree.File, run: Run) -> bool:
    """Whether a finding is in a block that the net does not use: the check looks at these too."""
    found = diagnostic.span
    if found is None:
        return False
    for definition in file.definitions:
        body = definition.body
        if body is not None and body.span.start <= found.start < body.span.end:
            return definition.name.name not in run.entered
    return False


def shown(diagnostics: Sequence[Diagnostic]) -> str:
    """Findings as text."""
    return render_text(tuple(diagnostics))


def show_refusal(refused: RefusedError) -> str:
    """Where and why the reference stopped."""
    line, column = refused.span.source.position(refused.span.start)
    return f"{refused.by} refuses {line}:{column} `{refused.span.text[:60]}`: {refused.reason}"
