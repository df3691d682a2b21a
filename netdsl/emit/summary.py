"""torchinfo's table of a network."""

from __future__ import annotations

import torchinfo

from netdsl.emit.instantiate import instantiate
from netdsl.network.nodes import Network


def summarize(network: Network, batch_size: int = 1, depth: int = 3, device: str = "cpu") -> str:
    """Layers with names, shapes, parameters, kernels and multiply-adds, as torchinfo prints them."""
    statistics = torchinfo.summary(
        instantiate(network, device),
        input_size=(batch_size, *network.input.shape),
        device=device,
        depth=depth,
        verbose=0,
        col_names=("output_size", "num_params", "kernel_size", "mult_adds"),
        row_settings=("depth", "var_names"),
    )
    return str(statistics)
