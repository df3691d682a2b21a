"""Every layer's example, made into a module and imported, is made by the same constructors again."""

from __future__ import annotations

import pytest

from netdsl.checker import check_source
from netdsl.diagnostics.span import Source
from netdsl.emit import instantiate
from netdsl.importing.importer import import_model
from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import Network

# An identity is left out, and alone leaves nothing; random coefficients come from no step of torch.
UNSAID = {"identity", "shake"}


def network_of(text: str) -> Network:
    network = check_source(Source("example.net", text)).network
    assert network is not None
    return network


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - UNSAID))
def test_comes_back(name: str) -> None:
    given = network_of(f"net Example {{\n{BUILT_IN[name].example}\n}}\n")
    made = network_of(import_model(instantiate(given), given.input.shape, "Example", name).text)
    wanted = [node.constructor for _, node in given.layers() if node.kind != "identity"]
    assert [node.constructor for _, node in made.layers() if node.kind != "identity"] == wanted
