"""The bare step: forward, backward and the optimizer, on one batch that is there already."""

from __future__ import annotations

import time

import torch
from torch import nn
from torch.nn import functional

from benchmarks.training.data import Images
from benchmarks.training.networks import Network
from benchmarks.training.side import BATCH, RATE, Epoch


class BareStep:
    """No data work at all; what is left is what the network itself costs."""

    def __init__(self, network: Network, images: Images, *, tuned: bool = False, compiled: bool = False):
        layout = torch.channels_last if tuned else torch.contiguous_format
        self.steps = len(images.train.labels) // BATCH
        self.inputs = torch.randn(BATCH, 3, 32, 32).to(memory_format=layout)
        self.labels = torch.randint(images.classes, (BATCH,))
        self.module: nn.Module = network.build(images.classes).to(memory_format=layout)
        self.optimizer = torch.optim.Adam(self.module.parameters(), RATE, fused=tuned)
        if compiled:
            self.module.compile()

    def epoch(self) -> Epoch:
        """As many steps as an epoch of the images would have, on the one batch."""
        began = time.perf_counter()
        for _ in range(self.steps):
            self.optimizer.zero_grad()
            loss = functional.cross_entropy(self.module(self.inputs), self.labels)
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        took = time.perf_counter() - began
        return Epoch(took, took, self.steps)
