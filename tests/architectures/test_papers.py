"""Networks that torchvision has not equal those written by hand, with the parameters that the papers say."""

from __future__ import annotations

from functools import partial

import pytest
from torch import nn

from tests.architectures.references.classifiers import AllCNNC, ConvMixer, MLPMixer, NetworkInNetwork
from tests.architectures.references.for_imagenet import GhostNet, RepVGG, ResNeSt
from tests.architectures.references.segmentation import FCN8s, UNetPlusPlus
from tests.architectures.rows import Published, Sibling, assert_same, assert_size, unpublished

A0, A1 = (48, 96, 192, 1280), (64, 128, 256, 1280)
PUBLISHED = [
    Published("mlp_mixer:MLPMixerS32", 19_104_624, "19", partial(MLPMixer, 8, 512, 32, 256, 2048)),
    # The paper says 18, 59 and 207.
    Published("mlp_mixer:MLPMixerS16", 18_528_264, "18.5", partial(MLPMixer, 8, 512, 16, 256, 2048)),
    Published("mlp_mixer:MLPMixerB16", 59_880_472, "59.9", partial(MLPMixer, 12, 768, 16, 384, 3072)),
    Published("mlp_mixer:MLPMixerL16", 208_196_168, "208.2", partial(MLPMixer, 24, 1024, 16, 512, 4096)),
    Published("mlp_mixer:MLPMixerB32", 60_293_428, "60", partial(MLPMixer, 12, 768, 32, 384, 3072)),
    Published("convmixer:ConvMixer1536_20", 51_625_960, "51.6", partial(ConvMixer, 1536, 20, 9, 7)),
    Published("convmixer:ConvMixer768_32", 21_110_248, "21.1", partial(ConvMixer, 768, 32, 7, 7, nn.ReLU)),
    Published("convmixer:ConvMixer1024_20", 24_383_464, "24.4", partial(ConvMixer, 1024, 20, 9, 14)),
    Published("all_cnn:AllCNNC", 1_369_738, "1.4", AllCNNC),
    Published("network_in_network:NetworkInNetwork", 966_986, "0.97", NetworkInNetwork),
    # While they are trained; deployed, RepVGG-A0 has the paper's 8.30 million.
    Published("repvgg:RepVGGA0", 9_108_968, "9.11", partial(RepVGG, (2, 4, 14, 1), A0)),
    Published("repvgg:RepVGGA1", 14_092_264, "14.09", partial(RepVGG, (2, 4, 14, 1), A1)),
    Published("repvgg:RepVGGB0", 15_817_960, "15.82", partial(RepVGG, (4, 6, 16, 1), A1)),
    Published("ghostnet:GhostNet", 5_182_508, "5.2", GhostNet),
    Published("ghostnet:GhostNet130", 7_358_820, "7.4", partial(GhostNet, 1.3)),
    Published("resnest:ResNeSt50", 27_483_240, "27.5", ResNeSt),
    Published("resnest:ResNeSt101", 48_275_016, "48.3", partial(ResNeSt, (3, 4, 23, 3), 64)),
    Published("fcn:FCN8s", 134_489_759, "134", FCN8s),
    Published("unet_plus_plus:UNetPlusPlus", 9_042_177, "9.04", UNetPlusPlus),
]


@pytest.mark.parametrize("net", PUBLISHED, ids=str)
def test_has_as_many_parameters_as_published(net: Published) -> None:
    assert_size(net)


def test_every_net_has_its_published_size() -> None:
    assert unpublished([net.spec for net in PUBLISHED]) == set()


MIXER: dict[str, object] = {"depth": 2, "dim": 24, "positions": 8, "channels": 40, "size": 48}
SIBLINGS = [
    Sibling("mlp_mixer", MIXER, partial(MLPMixer, 2, 24, 16, 8, 40, 48), True),
    Sibling(
        "convmixer", {"dim": 12, "depth": 2, "kernel": 5, "size": 42}, partial(ConvMixer, 12, 2, 5, 7), True
    ),
    Sibling("convmixer:ConvMixer768_32", {"dim": 8, "size": 28}, partial(ConvMixer, 8, 32, 7, 7, nn.ReLU)),
    Sibling("all_cnn", {"width": 8}, partial(AllCNNC, 8), True),
    Sibling("network_in_network", {}, NetworkInNetwork),
    Sibling(
        "repvgg",
        {"depths": [1, 2], "widths": [8, 16], "size": 32},
        partial(RepVGG, (1, 2), (8, 16)),
        True,
    ),
    Sibling(
        "repvgg",
        {"depths": [1, 2], "widths": [8, 16], "size": 32, "deployed": "true"},
        partial(RepVGG, (1, 2), (8, 16), deployed=True),
    ),
    Sibling("ghostnet", {"width": 0.25, "size": 33}, partial(GhostNet, 0.25), True),
    Sibling(
        "resnest",
        {"depths": [1, 2], "stem": 8, "radix": 2, "size": 45},
        partial(ResNeSt, (1, 2), 8),
        True,
    ),
    Sibling("fcn", {"width": 2, "hidden": 8, "size": 37, "classes": 3}, partial(FCN8s, 2, 8, 3), True),
    Sibling("unet_plus_plus", {"width": 2, "size": 32}, partial(UNetPlusPlus, 2), True),
]


@pytest.mark.parametrize("net", SIBLINGS, ids=str)
def test_equals_the_network_written_by_hand(net: Sibling) -> None:
    assert_same(net)
