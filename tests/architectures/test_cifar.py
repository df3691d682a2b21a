"""The networks of papers on CIFAR equal those written by hand, with the parameters that the papers say."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from conformance.zoo import record
from conformance.zoo.compare import count
from conformance.zoo.papers import PAPERS, Paper, pre_activation, wrong
from netdsl.spec import check_file
from tests.architectures.references.cifar_other import Airbench, DenseNet
from tests.architectures.references.cifar_residual import PyramidNet, ResNet, WideResNet
from tests.architectures.rows import Sibling, assert_same, unpublished

RECORD = record.read()


def test_the_record_holds_every_net() -> None:
    assert list(RECORD.papers) == [paper.spec for paper in PAPERS]
    # It has more parameters, none of which is used.
    assert unpublished([paper.spec for paper in PAPERS]) == {"shake_shake:ShakeShake26PublicCode"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.spec)
def test_has_as_many_parameters_as_published(paper: Paper) -> None:
    network, found = check_file(paper.spec).network, RECORD.papers[paper.spec]
    assert network is not None
    assert wrong(found) == []
    with torch.device("meta"):
        assert network.parameter_count == count(paper.reference()) == found.parameters
    assert network.multiply_adds == found.multiply_adds
    if paper.said:
        # The papers round, and PyramidNet's counts channels that its code rounds otherwise.
        assert network.parameter_count / 1e6 == pytest.approx(float(paper.said), rel=0.05)


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
