"""The networks of papers on CIFAR, which torchvision has not: ours, and those that are written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

import netdsl
from conformance.zoo.compare import count, difference, outputs, share_state
from conformance.zoo.evidence import Evidence, missing_gradients, training_difference
from conformance.zoo.networks import Entry
from netdsl.spec import check_file
from tests.architectures.references import report_003
from tests.architectures.references.cifar_other import Airbench, DenseNet
from tests.architectures.references.cifar_residual import PreActResNet, PyramidNet, ResNet, WideResNet

SIDE = 32


@dataclass(frozen=True, slots=True)
class Paper:
    """A packaged net, the paper, the millions of parameters that it says, and the network by hand.

    `draws` where training draws at random in another order than the one by
    hand, and can't be compared.
    """

    spec: str
    name: str
    said: str
    reference: Callable[[], nn.Module]
    draws: bool = False


def pre_activation(
    count: int, *channels: int, stem: int = 16, three: bool = False, shared: bool = True
) -> Callable[[], nn.Module]:
    """A pre-activation ResNet of so many units a stage."""
    return partial(PreActResNet, [(each, count) for each in channels], stem, three, shared)


HE, IDENTITY = "He et al. 2016, Deep Residual Learning", "He et al. 2016, Identity Mappings"
WIDE, PYRAMID = "Zagoruyko & Komodakis 2016", "Han et al. 2017"
DENSE, SHAKE, AIRBENCH = "Huang et al. 2017", "Gastaldi 2017", "Jordan 2024"
PAPERS = (
    Paper("resnet_cifar:ResNet20", HE, "0.27", partial(ResNet, 20)),
    Paper("resnet_cifar:ResNet32", HE, "0.46", partial(ResNet, 32)),
    Paper("resnet_cifar:ResNet44", HE, "0.66", partial(ResNet, 44)),
    Paper("resnet_cifar:ResNet56", HE, "0.85", partial(ResNet, 56)),
    Paper("resnet_cifar:ResNet110", HE, "1.7", partial(ResNet, 110)),
    Paper("resnet_cifar:ResNet20B", HE, "", partial(ResNet, 20, True)),
    Paper("resnet_cifar:ResNet56B", HE, "", partial(ResNet, 56, True)),
    Paper("resnet_cifar:ResNet110B", HE, "", partial(ResNet, 110, True)),
    Paper("preact_resnet:PreActResNet18", IDENTITY, "", pre_activation(2, 64, 128, 256, 512, stem=64)),
    Paper("preact_resnet:PreActResNet110", IDENTITY, "1.7", pre_activation(18, 16, 32, 64, shared=False)),
    Paper("preact_resnet:PreActResNet164", IDENTITY, "1.7", pre_activation(18, 64, 128, 256, three=True)),
    Paper("preact_resnet:PreActResNet1001", IDENTITY, "10.2", pre_activation(111, 64, 128, 256, three=True)),
    Paper("wide_resnet:WideResNet40_4", WIDE, "8.9", partial(WideResNet, 40, 4)),
    Paper("wide_resnet:WideResNet16_8", WIDE, "11.0", partial(WideResNet, 16, 8)),
    Paper("wide_resnet:WideResNet28_10", WIDE, "36.5", partial(WideResNet, 28, 10)),
    Paper("wide_resnet:WideResNet28_10Dropout", WIDE, "36.5", partial(WideResNet, 28, 10, 0.3)),
    Paper("pyramidnet:PyramidNet110", PYRAMID, "1.7", partial(PyramidNet, 110, 48)),
    Paper("pyramidnet:PyramidNet110Alpha84", PYRAMID, "3.8", partial(PyramidNet, 110, 84)),
    Paper("pyramidnet:PyramidNet110Alpha270", PYRAMID, "28.3", partial(PyramidNet, 110, 270)),
    Paper("pyramidnet:PyramidNet164", PYRAMID, "27.0", partial(PyramidNet, 164, 270, True)),
    Paper("pyramidnet:PyramidNet200", PYRAMID, "26.6", partial(PyramidNet, 200, 240, True)),
    Paper("densenet_cifar:DenseNetBC100", DENSE, "0.8", partial(DenseNet, 100, 12)),
    Paper("densenet_cifar:DenseNetBC250", DENSE, "15.3", partial(DenseNet, 250, 24)),
    Paper("densenet_cifar:DenseNetBC190", DENSE, "25.6", partial(DenseNet, 190, 40)),
    Paper("densenet_cifar:DenseNet40", DENSE, "1.0", partial(DenseNet, 40, 12, False)),
    Paper("shake_shake:ShakeShake26Width32", SHAKE, "2.9", partial(report_003.ShakeShake26, 32, False), True),
    Paper("shake_shake:ShakeShake26", SHAKE, "11.7", partial(report_003.ShakeShake26, 64, False), True),
    Paper(
        "shake_shake:ShakeShake26Width96", SHAKE, "26.2", partial(report_003.ShakeShake26, 96, False), True
    ),
    Paper("airbench:Airbench94", AIRBENCH, "1.97", partial(Airbench, 64)),
    Paper("airbench:Airbench96", AIRBENCH, "", partial(Airbench, 128, 0.1, True)),
)


def compare_with_paper(paper: Paper) -> Evidence:
    """What is found of a whole network: parameters, outputs in both modes, gradients.

    Compiling and exporting the largest takes longer than all else; the tests
    do both for a small one of each family.
    """
    checked = check_file(paper.spec).network
    assert checked is not None
    torch.manual_seed(0)
    module, reference = netdsl.load(paper.spec).double(), paper.reference().double()
    share_state(module, reference)
    torch.manual_seed(1)
    inputs = torch.randn(2, 3, SIDE, SIDE, dtype=torch.float64)
    evaluated = difference(module.eval(), reference.eval(), inputs[:1])
    largest = float(outputs(module, inputs)[0].abs().max())
    trained = 0.0
    if not paper.draws:
        entry = Entry(paper.name, paper.spec)
        trained = training_difference(module.train(), reference.train(), inputs, entry)
    missing = missing_gradients(module.train(), inputs)
    return Evidence(
        parameters=checked.parameter_count,
        torchvision_parameters=count(reference),
        multiply_adds=checked.multiply_adds,
        precision="float64",
        side=SIDE,
        difference=evaluated,
        train_difference=trained,
        export_difference=0.0,
        largest=largest,
        failed={"gradients": missing} if missing else {},
    )


def wrong(found: Evidence) -> list[str]:
    """Whatever is not as it must be for the two networks to be the same."""
    reasons = [f"{check}: {why}" for check, why in found.failed.items()]
    if found.parameters != found.torchvision_parameters:
        reasons.append(f"{found.parameters:,} parameters, by hand {found.torchvision_parameters:,}")
    differences = found.difference, found.train_difference
    return reasons + [f"outputs differ by {each:.1e}" for each in differences if each != 0]
