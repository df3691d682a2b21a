"""Every network that is compared: torchvision's name, ours, and what is to be known of the comparison."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.zoo.mapping import IN_ORDER, Mapping, Move

OWN_FIRST = "a module's own parameters stand before its children's; {} is a child of its own here"
SHORTCUT = Move(
    r"(.*\.)proj\..*", r"\1", "torchvision registers a unit's projection before its body, netdsl after it"
)
SCALE = Move(r"(.*\.)layer_scale", r"\1", OWN_FIRST.format("layer scale"))
CLASS_TOKEN = Move(r"class_token", r"conv_proj.", OWN_FIRST.format("the class token"))
REDUCTION = Move(
    r"(.*\.)reduction\..*",
    r"\1",
    "torchvision registers patch merging's matrix before its norm, which runs first",
)
HEADS_LAST = (
    "torchvision registers the auxiliary classifiers after the trunk; they stand in their places here"
)
AUXILIARY = (
    Move(r"aux1\..*", "inception4a.", HEADS_LAST),
    Move(r"aux2\..*", "inception4d.", HEADS_LAST),
)
NORMS_LAST = "torchvision registers the norms of Swin V2 as those of Swin, where they run first"
NORMS_BEHIND = (
    Move(r"(.*\.)norm1\..*", r"\1attn.", NORMS_LAST),
    Move(r"(.*\.)norm2\..*", r"\1mlp.", NORMS_LAST),
)
POINTWISE = "torchvision's matrices over the last axis are 1x1 convolutions here, as in the paper"
WORKED_OUT = r".*\.(relative_position_index|relative_coords_table)"
WORKED_OUT_REASON = "the offsets of positions in a window are worked out, and not kept"
ATTENTION = "attention is torch's fused operation, which sums in another order"
FUSED = "in evaluation torch runs attention as one operation, which torch.export takes apart"
MATRICES = "1x1 convolutions sum in another order than matrices over the last axis"


@dataclass(frozen=True, slots=True)
class Entry:
    """A network: `name` in torchvision, `spec` for `netdsl.load`.

    The outputs are compared at images of `side` pixels, which a `sized`
    network of torchvision is told too. `options` are torchvision's, without
    which it would make another network. `difference` says why outputs may
    differ in the last digits. `single` networks are too large to be run in
    float64. `outputs` are the places of torchvision's outputs in training, in
    the order of ours.
    """

    name: str
    spec: str
    side: int = 64
    mapping: Mapping = IN_ORDER
    difference: str = ""
    options: dict[str, object] = field(default_factory=dict)
    sized: bool = False
    single: bool = False
    outputs: tuple[int, ...] = (0,)

    @property
    def file(self) -> str:
        """The name of the packaged file."""
        return self.spec.partition(":")[0]


def family(file: str, names: dict[str, str], **common: object) -> tuple[Entry, ...]:
    """Entries of one file: torchvision's name to the net's."""
    return tuple(Entry(name, f"{file}:{net}", **common) for name, net in names.items())  # type: ignore[arg-type]


def vit(name: str, net: str, patch: int, *, single: bool = False) -> Entry:
    """A vision transformer, whose number of positions is the images' size."""
    side = 4 * patch
    return Entry(
        name,
        f"vit:{net}",
        side,
        Mapping((CLASS_TOKEN,)),
        FUSED,
        sized=True,
        single=single,
    )


REGNET_X = {"400mf": "400MF", "800mf": "800MF", "1_6gf": "1_6GF", "3_2gf": "3_2GF", "8gf": "8GF"}
REGNET_X = {**REGNET_X, "16gf": "16GF", "32gf": "32GF"}

NETWORKS: tuple[Entry, ...] = (
    *family("alexnet", {"alexnet": "AlexNet"}),
    *family("vgg", {f"vgg{n}": f"VGG{n}" for n in (11, 13, 16, 19)}),
    *family("vgg", {f"vgg{n}_bn": f"VGG{n}BN" for n in (11, 13, 16, 19)}),
    *family("resnet", {f"resnet{n}": f"ResNet{n}" for n in (18, 34, 50, 101, 152)}),
    *family(
        "resnet",
        {
            "resnext50_32x4d": "ResNeXt50",
            "resnext101_32x8d": "ResNeXt101",
            "resnext101_64x4d": "ResNeXt101Groups64",
            "wide_resnet50_2": "WideResNet50",
            "wide_resnet101_2": "WideResNet101",
        },
    ),
    *family("squeezenet", {"squeezenet1_0": "SqueezeNet1_0", "squeezenet1_1": "SqueezeNet1_1"}),
    *family("densenet", {f"densenet{n}": f"DenseNet{n}" for n in (121, 161, 169, 201)}),
    *family(
        "googlenet",
        {"googlenet": "GoogLeNet"},
        options={"init_weights": True},
        mapping=Mapping(AUXILIARY),
        outputs=(0, 2, 1),
    ),
    *family(
        "inception_v3",
        {"inception_v3": "InceptionV3"},
        side=299,
        options={"init_weights": True},
        outputs=(0, 1),
    ),
    *family("mobilenet_v2", {"mobilenet_v2": "MobileNetV2"}),
    *family(
        "mobilenet_v3", {"mobilenet_v3_small": "MobileNetV3Small", "mobilenet_v3_large": "MobileNetV3Large"}
    ),
    *family(
        "shufflenet_v2", {f"shufflenet_v2_x{n}": f"ShuffleNetV2X{n}" for n in ("0_5", "1_0", "1_5", "2_0")}
    ),
    *family("mnasnet", {f"mnasnet{n}": f"MNASNet{n}" for n in ("0_5", "0_75", "1_0", "1_3")}),
    *family("efficientnet", {f"efficientnet_b{n}": f"EfficientNetB{n}" for n in range(8)}),
    *family("efficientnet", {f"efficientnet_v2_{n}": f"EfficientNetV2{n.upper()}" for n in "sml"}),
    *family(
        "regnet", {f"regnet_x_{n}": f"RegNetX{m}" for n, m in REGNET_X.items()}, mapping=Mapping((SHORTCUT,))
    ),
    *family(
        "regnet", {f"regnet_y_{n}": f"RegNetY{m}" for n, m in REGNET_X.items()}, mapping=Mapping((SHORTCUT,))
    ),
    *family("regnet", {"regnet_y_128gf": "RegNetY128GF"}, mapping=Mapping((SHORTCUT,)), single=True),
    *family(
        "convnext",
        {f"convnext_{name}": f"ConvNeXt{name[0].upper()}" for name in ("tiny", "small", "base", "large")},
        mapping=Mapping((SCALE,), squeezed_reason=POINTWISE),
        difference=MATRICES,
    ),
    vit("vit_b_16", "ViTB16", 16),
    vit("vit_b_32", "ViTB32", 32),
    vit("vit_l_16", "ViTL16", 16),
    vit("vit_l_32", "ViTL32", 32),
    vit("vit_h_14", "ViTH14", 14, single=True),
    *family(
        "swin",
        {f"swin_{n}": f"Swin{n.upper()}" for n in "tsb"},
        mapping=Mapping((REDUCTION,), WORKED_OUT, WORKED_OUT_REASON, POINTWISE),
        difference=f"{MATRICES}; {ATTENTION}",
    ),
    *family(
        "swin",
        {f"swin_v2_{n}": f"SwinV2{n.upper()}" for n in "tsb"},
        mapping=Mapping(NORMS_BEHIND, WORKED_OUT, WORKED_OUT_REASON, POINTWISE),
        difference=f"{MATRICES}; {ATTENTION}",
    ),
    *family(
        "maxvit",
        {"maxvit_t": "MaxViTT"},
        side=224,
        mapping=Mapping((SHORTCUT,), WORKED_OUT, WORKED_OUT_REASON, POINTWISE),
        difference=f"{MATRICES}; {ATTENTION}",
    ),
)
