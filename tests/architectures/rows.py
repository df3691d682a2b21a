"""Packaged networks beside those written by hand: what is compared of whole ones, and of small ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

import netdsl
from conformance.zoo.compare import assert_same_network, count
from conformance.zoo.evidence import compile_failure, export_difference, missing_gradients
from netdsl.spec import check_file

Make = Callable[[], nn.Module]


class Published(NamedTuple):
    """A packaged net, its parameters, what the paper says of them in millions, and the network by hand."""

    spec: str
    parameters: int
    paper: str
    reference: Make

    def __str__(self) -> str:
        return self.spec


class Sibling(NamedTuple):
    """A small network of a family, what it must equal, and whether it is compiled and exported too."""

    spec: str
    settings: dict[str, object]
    reference: Make
    traced: bool = False

    def __str__(self) -> str:
        return f"{self.spec}({','.join(f'{name}={value}' for name, value in self.settings.items())})"


def assert_size(net: Published) -> None:
    """The check counts as many parameters as the network by hand has, and as the paper says."""
    network = check_file(net.spec).network
    assert network is not None
    with torch.device("meta"):
        assert network.parameter_count == count(net.reference()) == net.parameters
    digits = len(net.paper.partition(".")[2])
    assert f"{net.parameters / 1e6:.{digits}f}" == net.paper


def assert_same(net: Sibling) -> None:
    """Equal outputs in training and evaluation, a gradient for each parameter, and one graph where traced."""
    module, reference = netdsl.load(net.spec, **net.settings), net.reference()
    network = check_file(net.spec, {name: text(value) for name, value in net.settings.items()}).network
    assert network is not None
    assert count(module) == count(reference)
    inputs = torch.randn(2, *network.input.shape, dtype=torch.float64)
    assert_same_network(module, reference, inputs)
    assert missing_gradients(module.train(), inputs) == ""
    if net.traced:
        assert compile_failure(module, inputs) == ""
        assert export_difference(module.eval(), inputs) == (0, "")


def text(value: object) -> str:
    """A setting as the language has it."""
    return value if isinstance(value, str) else repr(value)


def unpublished(specs: list[str]) -> set[str]:
    """The nets of the files of these that are none of them."""
    files = {spec.partition(":")[0] for spec in specs}
    packaged = {f"{file}:{net.name}" for file in files for net in check_file(file, every=True).networks}
    return packaged - set(specs)
