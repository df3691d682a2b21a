"""From a token that doesn't fit to a message that says what is wrong and what to do."""

from __future__ import annotations

from netdsl.syntax import (
    arrows,
    characters,
    expected,
    habits,
    labels,
    shapes,
    slips,
    strings,
    unexpected,
    values,
)
from netdsl.syntax.brackets import mismatched_bracket, unclosed_brace, unclosed_bracket, unopened_brace
from netdsl.syntax.mistake import Explained, Mistake
from netdsl.syntax.nested import nested_definition


def explain_mistake(mistake: Mistake) -> Explained:
    """The most telling message for a mistake; the first that applies."""
    for attempt in (
        habits.comment,
        habits.word,
        shapes.capital_shape,
        shapes.spaced_shape,
        values.dotted_range,
        habits.result,
        arrows.arrow,
        arrows.calculated_steps,
        habits.assignment,
        habits.annotation,
        habits.colon,
        habits.prefix,
        habits.choice,
        slips.bare_arguments,
        slips.bare_body,
        strings.message_without_comma,
        strings.prefixed_string,
        strings.loose_string,
        values.chosen_value,
        values.listed_value,
        values.input_as_value,
        slips.bracketed_names,
        slips.bare_variant,
        slips.missing_else,
        characters.semicolon_for_comma,
        characters.unknown_character,
        unexpected.loose_colon,
        unexpected.loose_arrow,
        mismatched_bracket,
        unclosed_bracket,
        nested_definition,
        unclosed_brace,
        unexpected.line_break,
        unopened_brace,
        unexpected.outside,
        unexpected.reserved_word,
        unexpected.single_equals,
        unexpected.missing_comma,
        labels.label_of_input,
        labels.label_of_braces,
    ):
        explained = attempt(mistake)
        if explained is not None:
            return explained if isinstance(explained, Explained) else Explained(explained, mistake.position)
    return Explained(expected.anything_else(mistake), mistake.position)
