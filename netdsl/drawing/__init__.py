"""Pictures of checked networks: SVG, pages of HTML and PNG. Imports no torch.

A network becomes a sketch (what is drawn), a placing (where), a scene (the
page), and then text.
"""

from __future__ import annotations

from netdsl.drawing.fitting import compose_fitting
from netdsl.drawing.heading import heading_of
from netdsl.drawing.html import foldable_picture, to_page, volumes_page
from netdsl.drawing.png import to_png
from netdsl.drawing.repeats import fold
from netdsl.drawing.scene import compose, place_network
from netdsl.drawing.sketch import Sketcher
from netdsl.drawing.svg import to_svg
from netdsl.drawing.volumes_svg import volumes_svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.network.nodes import Network

__all__ = ["draw_foldable", "draw_page", "draw_svg", "draw_volumes", "draw_volumes_page", "to_png"]


def draw_svg(network: Network, *, depth: int | None = None, expand: bool = False) -> str:
    """The diagram of a network as SVG.

    Blocks deeper than `depth` are closed (0 closes all); without it, as many
    as must be for a picture that can be read. Equal blocks that follow each
    other are drawn once, unless `expand` is given, which closes nothing by
    itself. Raises `DiagnosticError` where the picture would be too large, or
    needs igraph, which is not there.
    """
    heading = heading_of(network)
    if depth is not None or expand:
        return to_svg(compose(place_network(network, depth=depth, expand=expand)), heading)
    folded = fold(network.root)
    scene, closed = compose_fitting(lambda most: Sketcher(network, most).root(folded))
    return to_svg(scene, heading.with_line(closed))


def draw_page(network: Network, *, depth: int | None = None, expand: bool = False) -> str:
    """The diagram as a page whose blocks open and close.

    Without `depth`, all are open; otherwise as `draw_svg`.
    """
    placed = place_network(network, depth=depth, expand=expand, closed=True)
    return to_page(placed, heading_of(network, settings=True))


def draw_foldable(network: Network, *, expand: bool = False) -> tuple[str, str]:
    """The picture of `draw_page` as SVG, and the JSON with which `folding.js` opens and closes its blocks."""
    return foldable_picture(place_network(network, expand=expand, closed=True), network.name)


def draw_volumes(network: Network) -> str:
    """What the stages of a network make, as boxes in perspective, as SVG."""
    return volumes_svg(network)


def draw_volumes_page(network: Network) -> str:
    """The boxes of `draw_volumes` on a page."""
    return volumes_page(network)
