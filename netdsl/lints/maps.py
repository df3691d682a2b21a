"""Lints about maps: their edges, kernels that miss them, and what is seen of the input."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import lint_maps as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.span import Span
from netdsl.layers.geometry import article, times
from netdsl.lints.declaration import NetworkLint
from netdsl.lints.graph import Graph, Use, behind
from netdsl.lints.windows import SlidingWindow, window_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.lints.options import LintOptions

    Findings = Iterator[tuple[Use, Diagnostic]]

FAR_MORE = 4
# Kernels are looked at weight by weight; none that is meant is wider.
WIDEST = 10_000


def pool_drops(graph: Graph, options: LintOptions) -> Findings:
    """A pool whose windows leave out the last rows or columns."""
    for use in graph.uses:
        window = window_of(use) if use.family == "pooling" else None
        if window is None or window.has_ceil_mode or is_sampling(window):
            continue
        left = dropped(use.given.spatial, window)
        if any(left):
            yield (
                use,
                Diagnostic(
                    codes.POOL_DROPS,
                    "pool leaves out the edge of its input",
                    use.span,
                    f"the last {in_words(left)} of {article(use.given.spatial)} map "
                    + ("is in no window" if sum(left) == 1 else "are in no window"),
                    help="pad above so that the size divides, or write ceil_mode=true",
                ),
            )


def is_sampling(window: SlidingWindow) -> bool:
    """Whether a pool steps over positions on purpose."""
    return any(s > k for s, k in zip(window.stride, window.reach, strict=True))


def dropped(spatial: tuple[int, ...], window: SlidingWindow) -> tuple[int, ...]:
    """How many positions at the end of each axis no window holds; padding doesn't count."""
    axes = zip(spatial, window.reach, window.stride, window.padding, strict=True)
    return tuple(max(0, (size + 2 * p - k) % s - p) for size, k, s, p in axes)


def in_words(left: tuple[int, ...]) -> str:
    """So many rows and columns."""
    if len(left) != 2:
        count = max(left)
        return "position" if count == 1 else f"{count} positions"
    names = [(count, name) for count, name in zip(left, ("row", "column"), strict=True) if count]
    return " and ".join(name if count == 1 else f"{count} {name}s" for count, name in names)


def even_kernel(graph: Graph, options: LintOptions) -> Findings:
    """A padded kernel of even size that moves by one."""
    for use in graph.uses:
        window = window_of(use) if use.family == "convolution" else None
        if window is None or not (window.is_same or any(window.padding)):
            continue
        axes = zip(window.reach, window.stride, window.padding, use.node.output.spatial, strict=True)
        if any(k % 2 == 0 and s == 1 and (p or window.is_same) and made > 1 for k, s, p, made in axes):
            yield (
                use,
                Diagnostic(
                    codes.EVEN_KERNEL,
                    "padded kernel of even size",
                    use.span,
                    f"{article(window.kernel)} kernel has no centre: "
                    + (
                        "`same` pads one side more than the other"
                        if window.is_same
                        else f"{times(use.given.spatial)} becomes {times(use.node.output.spatial)}"
                    ),
                    help="take a kernel of odd size",
                ),
            )


def has_unseen_weights(use: Use, window: SlidingWindow) -> bool:
    """Whether some of a kernel's weights meet padding at every position."""
    sizes = zip(use.given.spatial, use.node.output.spatial, strict=True)
    steps = zip(window.kernel, window.dilation, window.stride, window.padding, strict=True)
    return any(
        not sees(offset * dilation - padding, size, made, stride)
        for (size, made), (kernel, dilation, stride, padding) in zip(sizes, steps, strict=True)
        for offset in range(min(kernel, WIDEST))
    )


def sees(start: int, size: int, made: int, stride: int) -> bool:
    """Whether a weight that begins at `start` stands on the map at one of the positions that are made."""
    first = max(0, -(start // stride))
    return first < made and start + first * stride < size


def kernel_misses(graph: Graph, options: LintOptions) -> Findings:
    """A kernel with weights that see nothing, over a map of one position."""
    for use, window in missing(graph):
        if max(use.given.spatial) > 1:
            continue
        shrunk = use.source
        while shrunk is not None and shrunk.given.spatial == use.given.spatial:
            shrunk = shrunk.source
        yield (
            use,
            Diagnostic(
                codes.KERNEL_ON_POINT,
                "kernel over a map of one position",
                use.span,
                f"{article(window.kernel)} kernel of which the centre alone sees anything",
                (Label(shrunk.span, f"{shrunk.given} became {shrunk.node.output} here"),) if shrunk else (),
                help="stride or pool less above, or write a kernel of 1",
            ),
        )


def kernel_too_wide(graph: Graph, options: LintOptions) -> Findings:
    """A kernel with weights that see nothing, over a larger map."""
    for use, window in missing(graph):
        if max(use.given.spatial) > 1:
            yield (
                use,
                Diagnostic(
                    codes.KERNEL_TOO_WIDE,
                    "kernel wider than what it can see",
                    use.span,
                    f"{article(window.kernel)} kernel over {article(use.given.spatial)} map: "
                    "some weights meet padding alone",
                    help="take a smaller kernel, or stride and pool less above",
                ),
            )


def missing(graph: Graph) -> Iterator[tuple[Use, SlidingWindow]]:
    """The convolutions with weights that see nothing."""
    for use in graph.uses:
        window = window_of(use) if use.family == "convolution" else None
        if window is None or window.is_same or not window.pads_zeros or max(window.kernel) == 1:
            continue
        if has_unseen_weights(use, window):
            yield use, window


def sees_little(graph: Graph, options: LintOptions) -> Findings:
    """A pool of the whole map, on the way to a result, whose positions don't see all."""
    size = graph.network.input.spatial
    for use in graph.uses:
        seen = use.source.node.receptive_field if use.source is not None else ()
        is_global = use.kind == "avgpool" and max(use.node.output.spatial) == 1 and window_of(use) is None
        ends = is_global and any(behind_pool(result) is use for result in graph.results)
        if ends and len(seen) == len(size) and any(s < all_ for s, all_ in zip(seen, size, strict=True)):
            yield (
                use,
                Diagnostic(
                    codes.SEES_LITTLE,
                    "global pool of positions that see a part of the input",
                    use.span,
                    f"each sees {times(seen)} of {times(size)}",
                    help="stride or pool earlier, or use larger kernels",
                ),
            )


def behind_pool(result: Use) -> Use | None:
    """The layer before the classifier at the end."""
    return behind(result, ("linear", "dropout", "relu", "hardswish", "layernorm", "tanh"))


def sees_more(graph: Graph, options: LintOptions) -> Findings:
    """The first layer that sees several times the input."""
    size = graph.network.input.spatial
    for use in graph.uses:
        seen = use.node.receptive_field
        if not size or len(seen) != len(size) or window_of(use) is None:
            continue
        if all(s > FAR_MORE * all_ for s, all_ in zip(seen, size, strict=True)):
            yield (
                use,
                Diagnostic(
                    codes.SEES_MORE,
                    "layers that see far more than the input",
                    use.span,
                    f"from here on, a position sees {times(seen)} of {times(size)}",
                    help="use fewer layers or strides, or larger images",
                ),
            )
            return


def unexpected_flatten(graph: Graph, options: LintOptions) -> Findings:
    """A `flatten` of a map whose size nothing states."""
    for use in graph.uses:
        before = use.source
        if use.kind != "flatten" or max(use.given.spatial, default=1) == 1:
            continue
        if before is not None and "Adaptive" in before.node.constructor.target:
            continue
        source = use.span.source
        line, column = source.position(use.span.start)
        above = source.line(line - 1).split() if line > 1 else []
        indent = source.line(line)[: column - 1]
        if above[:1] == ["expect"]:
            continue
        at = Span(source, use.span.start, use.span.start)
        fix = (
            Fix("state the shape", (Edit(at, f"expect {use.given}\n{indent}"),))
            if not indent.strip()
            else None
        )
        yield (
            use,
            Diagnostic(
                codes.UNEXPECTED_FLATTEN,
                "flatten without the shape that it expects",
                use.span,
                f"{use.given} flows in",
                help=f"write `expect {use.given}` on the line above",
                fix=fix,
            ),
        )


LINTS = (
    NetworkLint(codes.POOL_DROPS, True, pool_drops),
    NetworkLint(codes.EVEN_KERNEL, True, even_kernel),
    NetworkLint(codes.KERNEL_ON_POINT, True, kernel_misses),
    NetworkLint(codes.KERNEL_TOO_WIDE, True, kernel_too_wide),
    NetworkLint(codes.SEES_LITTLE, False, sees_little),
    NetworkLint(codes.SEES_MORE, False, sees_more),
    NetworkLint(codes.UNEXPECTED_FLATTEN, False, unexpected_flatten, everywhere=True),
)
