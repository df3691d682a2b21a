"""The networks of papers on CIFAR equal those written by hand, with the parameters that the papers say."""

from __future__ import annotations

from functools import partial

import pytest

from tests.architectures.references.cifar_other import Airbench, DenseNet
from tests.architectures.references.cifar_residual import PreActResNet, PyramidNet, ResNet, WideResNet
from tests.architectures.rows import Make, Published, Sibling, assert_same, assert_size, unpublished


def pre_activation(
    count: int, *channels: int, stem: int = 16, three: bool = False, shared: bool = True
) -> Make:
    """A pre-activation ResNet of so many units a stage."""
    stages = [(each, count) for each in channels]
    return partial(PreActResNet, stages, stem, three, shared)


PUBLISHED = [
    Published("resnet_cifar:ResNet20", 269_722, "0.27", partial(ResNet, 20)),
    Published("resnet_cifar:ResNet32", 464_154, "0.46", partial(ResNet, 32)),
    Published("resnet_cifar:ResNet44", 658_586, "0.66", partial(ResNet, 44)),
    Published("resnet_cifar:ResNet56", 853_018, "0.85", partial(ResNet, 56)),
    Published("resnet_cifar:ResNet110", 1_727_962, "1.7", partial(ResNet, 110)),
    Published("resnet_cifar:ResNet20B", 272_474, "0.27", partial(ResNet, 20, True)),
    Published("resnet_cifar:ResNet56B", 855_770, "0.86", partial(ResNet, 56, True)),
    Published("resnet_cifar:ResNet110B", 1_730_714, "1.7", partial(ResNet, 110, True)),
    Published(
        "preact_resnet:PreActResNet110", 1_727_962, "1.7", pre_activation(18, 16, 32, 64, shared=False)
    ),
    Published(
        "preact_resnet:PreActResNet164", 1_703_258, "1.7", pre_activation(18, 64, 128, 256, three=True)
    ),
    # The paper says 10.2.
    Published(
        "preact_resnet:PreActResNet1001", 10_327_706, "10.3", pre_activation(111, 64, 128, 256, three=True)
    ),
    Published(
        "preact_resnet:PreActResNet18", 11_172_170, "11.2", pre_activation(2, 64, 128, 256, 512, stem=64)
    ),
    Published("wide_resnet:WideResNet28_10", 36_479_194, "36.5", partial(WideResNet, 28, 10)),
    Published("wide_resnet:WideResNet40_4", 8_949_210, "8.9", partial(WideResNet, 40, 4)),
    Published("wide_resnet:WideResNet16_8", 10_961_370, "11.0", partial(WideResNet, 16, 8)),
    # The paper, whose code rounds otherwise than it says, has 1.7, 3.8, 28.3, 27.0 and 26.6.
    Published("pyramidnet:PyramidNet110", 1_772_706, "1.8", partial(PyramidNet, 110, 48)),
    Published("pyramidnet:PyramidNet110Alpha84", 3_904_446, "3.9", partial(PyramidNet, 110, 84)),
    Published("pyramidnet:PyramidNet110Alpha270", 28_485_477, "28.5", partial(PyramidNet, 110, 270)),
    Published("pyramidnet:PyramidNet164", 27_216_021, "27.2", partial(PyramidNet, 164, 270, True)),
    Published("pyramidnet:PyramidNet200", 26_752_702, "26.8", partial(PyramidNet, 200, 240, True)),
    Published("densenet_cifar:DenseNetBC100", 769_162, "0.8", partial(DenseNet, 100, 12)),
    Published("densenet_cifar:DenseNetBC250", 15_324_406, "15.3", partial(DenseNet, 250, 24)),
    Published("densenet_cifar:DenseNetBC190", 25_624_430, "25.6", partial(DenseNet, 190, 40)),
    Published("densenet_cifar:DenseNet40", 1_019_722, "1.0", partial(DenseNet, 40, 12, False)),
    Published("airbench:Airbench94", 1_971_640, "1.97", partial(Airbench, 64)),
    Published("airbench:Airbench96", 12_717_752, "12.7", partial(Airbench, 128, 0.1, True)),
]


@pytest.mark.parametrize("net", PUBLISHED, ids=str)
def test_has_as_many_parameters_as_published(net: Published) -> None:
    assert_size(net)


def test_every_net_has_its_published_size() -> None:
    assert unpublished(PUBLISHED) == {"wide_resnet:WideResNet28_10Dropout"}


def stages(*channels: int) -> dict[str, object]:
    """The setting of a pre-activation ResNet of two units a stage."""
    return {"stages": [[each, 2] for each in channels]}


SIBLINGS = [
    Sibling("resnet_cifar:ResNet20", {"depth": 14}, partial(ResNet, 14), True),
    Sibling("resnet_cifar:ResNet20B", {"depth": 14}, partial(ResNet, 14, True)),
    Sibling("preact_resnet:PreActResNet110", stages(16, 32), pre_activation(2, 16, 32, shared=False)),
    Sibling("preact_resnet:PreActResNet164", stages(32, 64), pre_activation(2, 32, 64, three=True), True),
    Sibling(
        "preact_resnet:PreActResNet18", {**stages(16, 32, 48), "stem": 16}, pre_activation(2, 16, 32, 48)
    ),
    Sibling("wide_resnet:WideResNet28_10", {"depth": 16, "width": 2}, partial(WideResNet, 16, 2), True),
    Sibling("wide_resnet:WideResNet28_10", {"depth": 16, "width": 1}, partial(WideResNet, 16, 1)),
    Sibling("wide_resnet:WideResNet28_10Dropout", {"depth": 10, "width": 2}, partial(WideResNet, 10, 2, 0.3)),
    Sibling("pyramidnet:PyramidNet110", {"depth": 14}, partial(PyramidNet, 14, 48), True),
    Sibling("pyramidnet:PyramidNet164", {"depth": 29, "alpha": 40}, partial(PyramidNet, 29, 40, True)),
    Sibling("densenet_cifar:DenseNetBC100", {"depth": 16}, partial(DenseNet, 16, 12), True),
    Sibling("densenet_cifar:DenseNetBC100", {"depth": 16, "p": 0.2}, partial(DenseNet, 16, 12, True, 0.2)),
    Sibling("densenet_cifar:DenseNet40", {"depth": 13}, partial(DenseNet, 13, 12, False)),
    Sibling("airbench:Airbench94", {"width": 8}, partial(Airbench, 8), True),
    Sibling("airbench:Airbench96", {"width": 8}, partial(Airbench, 8, 0.1, True)),
]


@pytest.mark.parametrize("net", SIBLINGS, ids=str)
def test_equals_the_network_written_by_hand(net: Sibling) -> None:
    assert_same(net)
