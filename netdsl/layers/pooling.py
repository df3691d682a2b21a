"""Pools: `maxpool`, `avgpool`, `lppool`."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments, compact
from netdsl.layers.convolution import DILATION, STRIDE
from netdsl.layers.declaration import REQUIRED, Layer, Option
from netdsl.layers.geometry import need_map, reach, slide, too_wide
from netdsl.layers.kinds import Choice, Either, Flag, Integer, Nothing, Number, Size
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import Amend, LayerError
from netdsl.layers.spellings import ranks, spelled
from netdsl.layers.tensor import TensorType, map_of

POOL_STRIDE = Option(
    "stride",
    Either((Nothing(), Size())),
    None,
    "step between neighbouring windows; the kernel size if not given",
)
POOL_PADDING = Option("padding", Size(0), (0,), "elements added on both sides of each axis")
CEIL_MODE = Option("ceil_mode", Flag(), False, "keep a last window that is only partly inside")
ADAPTIVE = Option(
    "adaptive", Either((Nothing(), Size())), None, "sizes to make, whatever the input's; instead of a kernel"
)
KERNEL_OR_GLOBAL = Option(
    "kernel_size",
    Either((Choice(("global",)), Nothing(), Size())),
    None,
    "size of the window, or `global` for the whole map",
)


def adaptive_pool(name: str, arguments: Arguments, value: TensorType, rank: int) -> Outcome:
    """A pool that makes a given size, one position for `global`."""
    if arguments.values["adaptive"] is not None and arguments.values["kernel_size"] is not None:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            f"`{name}` of a window and to a size",
            "a pool to a given size works out its own windows",
            help=f"leave one of them out: {name}(2), {name}(global) or {name}(adaptive=7)",
            option="adaptive",
        )
    target = arguments.sizes_or("adaptive", (1,) * rank)
    others = {"adaptive", "kernel_size"}
    for option in arguments.given - others:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            f"`{option}` of an adaptive pool",
            "the pool works out its own windows",
            help=f"leave `{option}` out",
            option=option,
        )
    kind = {"maxpool": "AdaptiveMaxPool", "avgpool": "AdaptiveAvgPool"}[name]
    return Outcome(
        map_of(value.channels, target),
        Constructor(f"torch.nn.{kind}{rank}d", (compact(target),)),
        window=Window(whole=True),
    )


def windowed(
    name: str, arguments: Arguments, value: TensorType
) -> tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Rank, kernel, stride and padding; raises `LayerError` on what torch refuses of them."""
    rank = need_map(name, value)
    if arguments.values["kernel_size"] is None:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            f"`{name}` without a kernel",
            "neither a kernel nor `adaptive` is given",
            help=f"write {name}(2), {name}(global) or {name}(adaptive=1)",
            fix=Amend("kernel_size", "2", "pool by 2"),
        )
    kernel = arguments.sizes("kernel_size")
    stride = arguments.sizes_or("stride", kernel)
    padding = arguments.sizes_or("padding", (0,) * rank) if "padding" in arguments.values else (0,) * rank
    most = tuple(k // 2 for k in kernel)
    for k, p in zip(kernel, padding, strict=True):
        if p > k // 2:
            less = compact(tuple(min(pair) for pair in zip(padding, most, strict=True)))
            raise LayerError(
                codes.OPTIONS_CONTRADICT,
                "padding larger than half the kernel",
                f"{p} is more than half of {k}: some windows would hold padding alone",
                help=f"pad by at most {compact(most)}",
                option="padding",
                fix=Amend("padding", str(less), f"write padding={less}"),
            )
    return rank, kernel, stride, padding


def is_adaptive(arguments: Arguments) -> bool:
    """Whether sizes are given instead of a kernel."""
    return arguments.values["adaptive"] is not None or arguments.word("kernel_size") == "global"


def maxpool_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The largest of each window."""
    if is_adaptive(arguments):
        return adaptive_pool("maxpool", arguments, value, need_map("maxpool", value))
    rank, kernel, stride, padding = windowed("maxpool", arguments, value)
    extent = reach(kernel, arguments.sizes("dilation"))
    spatial = slide(
        "maxpool", value, extent, stride, padding, ceil_mode=arguments.flag("ceil_mode"), can_pad=False
    )
    own = (("stride", compact(stride)),) if stride != kernel else ()
    keywords = own + arguments.keywords("padding", "dilation", "ceil_mode")
    return Outcome(
        map_of(value.channels, spatial),
        Constructor(f"torch.nn.MaxPool{rank}d", (compact(kernel),), keywords),
        window=Window(extent, stride),
    )


def mean_windows(name: str, arguments: Arguments, value: TensorType) -> tuple[tuple[int, ...], ...]:
    """Kernel, stride and the spatial sizes of a pool that torch makes of means."""
    rank, kernel, stride, padding = windowed(name, arguments, value)
    # Over three axes torch wants the map itself, without padding, as large as the kernel.
    if rank == 3 and any(k > size for k, size in zip(kernel, value.spatial, strict=True)):
        raise too_wide(name, value, kernel, (0,) * rank, can_pad=False)
    ceil_mode = arguments.flag("ceil_mode")
    return kernel, stride, slide(name, value, kernel, stride, padding, ceil_mode=ceil_mode, can_pad=False)


def avgpool_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The mean of each window."""
    if is_adaptive(arguments):
        return adaptive_pool("avgpool", arguments, value, need_map("avgpool", value))
    rank = need_map("avgpool", value)
    kernel, stride, spatial = mean_windows("avgpool", arguments, value)
    if rank == 1 and arguments.values["divisor_override"] is not None:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "`divisor_override` over one axis",
            "torch knows it for two and three axes only",
            option="divisor_override",
        )
    own = (("stride", compact(stride)),) if stride != kernel else ()
    keywords = own + arguments.keywords("padding", "ceil_mode", "count_include_pad", "divisor_override")
    return Outcome(
        map_of(value.channels, spatial),
        Constructor(f"torch.nn.AvgPool{rank}d", (compact(kernel),), keywords),
        window=Window(kernel, stride),
    )


def lppool_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The power mean, without the division, of each window."""
    rank = need_map("lppool", value)
    kernel, stride, spatial = mean_windows("lppool", arguments, value)
    own = (("stride", compact(stride)),) if stride != kernel else ()
    return Outcome(
        map_of(value.channels, spatial),
        Constructor(
            f"torch.nn.LPPool{rank}d",
            (arguments.values["norm_type"], compact(kernel)),
            own + arguments.keywords("ceil_mode"),
        ),
        window=Window(kernel, stride),
    )


LAYERS = (
    Layer(
        "maxpool",
        "Largest value of each window; `maxpool(global)` of the whole map.",
        (KERNEL_OR_GLOBAL, POOL_STRIDE, POOL_PADDING, DILATION, CEIL_MODE, ADAPTIVE),
        ("kernel_size",),
        "torch.nn.MaxPool1d, MaxPool2d, MaxPool3d, AdaptiveMaxPool1d, ...",
        "input 16x32x32\nmaxpool(2)",
        "pooling",
        (*ranks("maxpool"), "maxpooling", *ranks("maxpooling"), "pool", "pooling"),
        maxpool_rule,
        (
            *spelled("maxpool(global)", "globalmaxpool", "globalmaxpooling"),
            *spelled("maxpool(adaptive=...)", "adaptivemaxpool", "adaptivemaxpooling"),
        ),
    ),
    Layer(
        "avgpool",
        "Mean of each window; `avgpool(global)` of the whole map, `avgpool(adaptive=7)` to a given size.",
        (
            KERNEL_OR_GLOBAL,
            POOL_STRIDE,
            POOL_PADDING,
            CEIL_MODE,
            Option("count_include_pad", Flag(), True, "whether padding counts in the mean"),
            Option("divisor_override", Either((Nothing(), Integer())), None, "divide by this instead"),
            ADAPTIVE,
        ),
        ("kernel_size",),
        "torch.nn.AvgPool1d, AvgPool2d, AvgPool3d, AdaptiveAvgPool1d, ...",
        "input 16x32x32\navgpool(global)",
        "pooling",
        (*ranks("avgpool"), "averagepool", "averagepooling", *ranks("averagepooling"), "meanpool"),
        avgpool_rule,
        (
            ("gap", "avgpool(global)"),
            *spelled("avgpool(global)", "globalavgpool", "globalaveragepool", "globalaveragepooling"),
            *spelled("avgpool(adaptive=...)", "adaptiveavgpool", "adaptiveaveragepool"),
            *spelled("avgpool(adaptive=...)", "adaptiveaveragepooling"),
        ),
    ),
    Layer(
        "lppool",
        "Power sum of each window: the p-th root of the sum of the p-th powers.",
        (
            Option("norm_type", Number(1e-3), REQUIRED, "the power p"),
            Option("kernel_size", Size(), REQUIRED, "size of the window"),
            STRIDE.replace(default=None, kind=Either((Nothing(), Size())), doc=POOL_STRIDE.doc),
            CEIL_MODE,
        ),
        ("norm_type", "kernel_size"),
        "torch.nn.LPPool1d, LPPool2d, LPPool3d",
        "input 16x32x32\nlppool(2, 3)",
        "pooling",
        ("lppool1d", "lppool2d", "powerpool"),
        lppool_rule,
    ),
)
