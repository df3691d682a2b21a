"""The packaged networks equal torchvision's, and the page says what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.maxvit import MaxVit
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2
from torchvision.models.vision_transformer import VisionTransformer

import netdsl
from conformance.zoo import page, record
from conformance.zoo.compare import assert_same_network, difference, share_state
from conformance.zoo.evidence import fresh_pair, gather, problems
from conformance.zoo.lines import net_lines, python_lines
from conformance.zoo.mapping import Mapping, MismatchError, Move, ordered_keys, paired
from conformance.zoo.networks import NETWORKS, Entry
from conformance.zoo.starts import how_different
from netdsl.spec import check_file

RECORD = record.read()
BY_NAME = {entry.name: entry for entry in NETWORKS}
SAME_TORCHVISION = record.release(torchvision.__version__) == RECORD.versions["torchvision"]
# One of each family that is small; True where it is compiled and exported too, which takes most of the time.
SMALL = {
    "resnet18": True,
    "resnext50_32x4d": False,
    "squeezenet1_1": True,
    "densenet121": False,
    "googlenet": False,
    "mobilenet_v2": False,
    "mobilenet_v3_small": False,
    "shufflenet_v2_x0_5": False,
    "mnasnet0_5": False,
    "efficientnet_b0": False,
    "regnet_x_400mf": False,
    "regnet_y_400mf": False,
}


def test_the_record_holds_every_network_of_torchvision() -> None:
    assert list(RECORD.networks) == [entry.name for entry in NETWORKS]
    known = torchvision.models.list_models(module=torchvision.models)
    # Another version may have others.
    assert set(known) == set(BY_NAME) or not SAME_TORCHVISION


@pytest.mark.parametrize("entry", NETWORKS, ids=lambda entry: entry.name)
def test_counts_are_torchvisions(entry: Entry) -> None:
    network, found = check_file(entry.spec).network, RECORD.networks[entry.name]
    assert network is not None
    assert network.parameter_count == found.parameters == found.torchvision_parameters
    assert network.multiply_adds == found.multiply_adds
    assert problems(entry, found) == []


@pytest.mark.parametrize("name", SMALL)
def test_small_network_is_torchvisions(name: str) -> None:
    entry = BY_NAME[name]
    found = gather(entry, traced=SMALL[name])
    assert problems(entry, found) == []
    recorded = RECORD.networks[name]
    assert found.torchvision_parameters == recorded.torchvision_parameters


@pytest.mark.parametrize("name", ["alexnet", "vgg11_bn"])
def test_large_network_is_torchvisions(name: str) -> None:
    """With weights that repeat: drawing 130 million takes longer than all else."""
    with torch.device("meta"):
        module, reference = fresh_pair(BY_NAME[name])
    some = torch.randn(1_000_003) / 50
    state = {
        key: some.repeat(value.numel() // len(some) + 1)[: value.numel()].view(value.shape).to(value.dtype)
        for key, value in reference.state_dict(keep_vars=True).items()
    }
    reference.load_state_dict(
        {key: value.abs() if value.dim() < 2 else value for key, value in state.items()}, assign=True
    )
    assert_same_network(module, reference, torch.randn(2, 3, 64, 64))


def vit() -> nn.Module:
    return VisionTransformer(64, 16, 2, 3, 96, 384)


def swin() -> nn.Module:
    return SwinTransformer([4, 4], 24, [2, 2], [3, 6], [7, 7], stochastic_depth_prob=0.2)


def swin_v2() -> nn.Module:
    return SwinTransformer(
        [4, 4], 24, [2, 2], [3, 6], [4, 4], block=SwinTransformerBlockV2, downsample_layer=PatchMergingV2
    )


def maxvit() -> nn.Module:
    return MaxVit((64, 64), 16, 2, [16, 24], [1, 2], 8, 0.2)


def convnext() -> nn.Module:
    return ConvNeXt([CNBlockConfig(16, 32, 2), CNBlockConfig(32, None, 2)], stochastic_depth_prob=0.1)


@pytest.mark.parametrize(
    ("name", "settings", "make"),
    [
        ("vit_b_16", {"dim": 96, "depth": 2, "heads": 3}, vit),
        ("swin_t", {"dim": 24, "depths": [2, 2], "heads": [3, 6]}, swin),
        ("swin_v2_t", {"dim": 24, "depths": [2, 2], "heads": [3, 6], "window": 4}, swin_v2),
        ("maxvit_t", {"stem": 16, "widths": [16, 24], "depths": [1, 2], "head": 8, "window": 2}, maxvit),
        ("convnext_tiny", {"dims": [16, 32], "depths": [2, 2]}, convnext),
    ],
)
def test_small_sibling_of_a_large_network_is_torchvisions(
    name: str, settings: dict[str, object], make: Callable[[], nn.Module]
) -> None:
    module = netdsl.load(BY_NAME[name].spec, size=64, **settings).double()
    reference = make().double()
    share_state(module, reference, BY_NAME[name].mapping)
    inputs = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    assert difference(module.eval(), reference.eval(), inputs) < 1e-11


def test_page_and_record_agree() -> None:
    assert page.PATH.read_text(encoding="utf-8") == page.page(RECORD), "run python -m conformance.zoo --page"


def test_recorded_lines_are_those_of_the_files() -> None:
    assert {file: lines.net for file, lines in RECORD.lines.items()} == {
        entry.file: net_lines(entry.file) for entry in NETWORKS
    }
    if SAME_TORCHVISION:
        assert RECORD.lines == record.lines_by_file()


PYTHON = '''"""A module."""

__all__ = [
    "net",
]
_COMMON_META = {
    "size": 1,
}


# A comment.
class Net_Weights(WeightsEnum):
    """Weights."""

    DEFAULT = 1


def net(
    weights=None,
):
    """A net."""
    return """two
lines"""
'''


def test_lines_of_python_are_those_with_code() -> None:
    assert python_lines(PYTHON) == 5


KEYS = ["a.proj.weight", "a.proj.bias", "a.f.weight", "b.f.weight", "index"]


def test_keys_move_behind_the_last_of_their_scope() -> None:
    move = Move(r"(.*\.)proj\..*", r"\1", "why")
    assert ordered_keys(KEYS, Mapping((move,), dropped="index")) == [
        "a.f.weight",
        "a.proj.weight",
        "a.proj.bias",
        "b.f.weight",
    ]
    with pytest.raises(MismatchError, match="no key"):
        ordered_keys(KEYS, Mapping((Move("c.*", "a", "why"),)))


@pytest.mark.parametrize(
    ("ours", "theirs", "mapping", "words"),
    [
        ({"a": (2, 3)}, {"x": (3, 2)}, Mapping(), r"a is \(2, 3\), x is \(3, 2\)"),
        ({"a": (2,)}, {"x": (2, 1)}, Mapping(), "a is"),
        ({"a": (2,)}, {"x": (3, 1)}, Mapping(squeezed_reason="why"), "a is"),
        ({"a": (2,), "b": (2,)}, {"x": (2,)}, Mapping(), "b is one too many"),
        ({"a": (2,)}, {"x": (2,), "y": (2,)}, Mapping(), "y is one too many"),
    ],
)
def test_state_dicts_that_do_not_go_together(
    ours: dict[str, tuple[int, ...]], theirs: dict[str, tuple[int, ...]], mapping: Mapping, words: str
) -> None:
    def zeros(shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
        return {key: torch.zeros(shape) for key, shape in shapes.items()}

    with pytest.raises(MismatchError, match=words):
        paired(zeros(ours), zeros(theirs), mapping)


def test_starts_are_told_apart() -> None:
    torch.manual_seed(0)
    normal, uniform = torch.randn(5000), (2 * torch.rand(5000) - 1) * 3**0.5
    assert how_different(normal, torch.randn(5000)) == ""
    assert "absolute" in how_different(uniform, normal)
    assert "square" in how_different(1.2 * normal, torch.randn(5000))
    assert how_different(torch.zeros(9), torch.zeros(9)) == ""
    assert how_different(torch.zeros(9), torch.ones(9)) == "constant in one alone"
    assert how_different(torch.zeros(9), torch.randn(9)) == "constant in one alone"


def test_a_wrong_network_is_found_out() -> None:
    """One dropout left out: as many parameters, and the same outputs in evaluation."""
    entry = replace(BY_NAME["mobilenet_v2"], spec="mobilenet_v2:MobileNetV2", options={"dropout": 0.3})
    found = gather(entry, traced=False)
    assert found.difference == 0
    assert len(problems(entry, found)) == 1
