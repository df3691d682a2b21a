"""The charts of a page: which runs are told apart in them, and by what."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

from netdsl.report.page.charts import Line, Point, draw_lines, draw_trade_off
from netdsl.report.page.look import COLORS, Look

pytestmark = pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs the extra `plots`")


def test_ticks_of_a_cost_differ() -> None:
    points = [Point(Look(0), 7.6, 0.565), Point(Look(1), 8.3, 0.508)]
    svg = draw_trade_off("Test accuracy", "seconds", points, number=1)
    ticks = re.findall(r">([\d.,]+)</text>", svg)
    assert len(ticks) > 1
    assert len(set(ticks)) == len(ticks)
    assert re.findall(r">(\d+) %</text>", svg)


@pytest.mark.parametrize(("low", "high", "spans"), [(0.6682, 0.6684, True), (0.2, 0.6684, False)])
def test_chance_looks_small(low: float, high: float, spans: bool) -> None:
    points = [Point(Look(0), 100, low), Point(Look(1), 200, high)]
    svg = draw_trade_off("Test accuracy", "seconds", points, number=1)
    ticks = [float(each) for each in re.findall(r">([\d.]+) %</text>", svg)]
    assert (max(ticks) - min(ticks) <= 2) == spans
    assert max(ticks) - min(ticks) >= 1


def test_charts_take_the_colours_of_the_page() -> None:
    lines = [Line(Look(0), [1.0, None, 0.5]), Line(Look(1), [2.0])]
    svg = draw_lines("Loss", lines, share=False, number=7)
    assert "var(--ink)" in svg
    assert "#1f2328" not in svg.lower()
    assert svg == draw_lines("Loss", lines, share=False, number=7)
    assert all(each.startswith("chart7-") for each in re.findall(r'id="([^"]*)"', svg))


# A group of each round of the colours has the first colour.
SAME_COLOR = [Look(len(COLORS) * n) for n in range(3)]


def test_more_runs_than_colours_have_keys_of_their_own() -> None:
    looks = [Look(group, number) for group in range(3 * len(COLORS)) for number in range(3)]
    assert len({look.key for look in looks}) == len(looks)


@pytest.mark.parametrize("other", SAME_COLOR[1:])
def test_points_of_one_colour_have_other_markers(other: Look) -> None:
    def drawn(look: Look) -> str:
        return draw_trade_off(
            "Test", "seconds", [Point(SAME_COLOR[0], 1, 0.5), Point(look, 2, 0.6)], number=1
        )

    assert drawn(other) != drawn(SAME_COLOR[0])


@pytest.mark.parametrize("epochs", [1, 2, 30])
@pytest.mark.parametrize("other", SAME_COLOR[1:])
def test_lines_of_one_colour_have_other_markers(other: Look, epochs: int) -> None:
    def markers(look: Look) -> set[str]:
        svg = draw_lines("Loss", [Line(look, [1.0] * epochs)], share=False, number=1)
        # The shapes that are drawn in the colour, other than the line itself.
        return set(re.findall(rf'<path id="[^"]*" d="([^"]*)"[^>]*{look.color.lower()}', svg))

    assert markers(other)
    assert markers(other) != markers(SAME_COLOR[0])


def numbers(svg: str, unit: str = "") -> list[float]:
    """The numbers at the axes."""
    return [float(each) for each in re.findall(rf">([\d.]+){unit}</text>", svg)]


def test_charts_with_one_span_have_one_scale() -> None:
    train = Line(Look(), [0.5, 0.98])
    validation = Line(Look(), [0.5, 0.6])

    def scale(line: Line, span: tuple[float, float] | None) -> list[float]:
        return numbers(draw_lines("Accuracy", [line], share=True, number=1, span=span), " %")

    assert scale(train, (0.5, 0.98)) == scale(validation, (0.5, 0.98))
    assert scale(train, None) != scale(validation, None)


def test_a_span_of_one_value_can_be_drawn() -> None:
    for value in (0.0, 0.7):
        assert numbers(
            draw_lines("Loss", [Line(Look(), [value])], share=False, number=1, span=(value, value))
        )


@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 30, 300])
def test_only_whole_epochs_are_named(epochs: int) -> None:
    lines = [Line(Look(0), [0.5] * epochs), Line(Look(1), [0.5])]
    svg = draw_lines("Accuracy", lines, share=True, number=1)
    ticks = numbers(svg)
    assert ticks[0] == 1
    assert all(tick == round(tick) for tick in ticks)
    assert ticks == sorted(set(ticks))
    assert len(ticks) == min(epochs, len(ticks)) <= 7
