"""Brings pixels from the host to a device."""

from __future__ import annotations

import torch
from torch import Tensor

from netdsl.training.data import machine

# The rest of a GPU's memory is for the network, its gradients and its activations.
_SHARE = 0.5


def place(images: Tensor, device: torch.device) -> Tensor:
    """The images on the device, or as they are where they would take over half of its free memory."""
    free = machine.free_device_memory(device)
    if free is not None and images.device != device and images.nbytes > _SHARE * free:
        return images
    return images.to(device)


def staging(shape: tuple[int, int, int, int], device: torch.device) -> Tensor:
    """An uninitialised uint8 batch on the host, from where `send` copies fast to the device."""
    return torch.empty(shape, dtype=torch.uint8, pin_memory=device.type == "cuda")


def send(pixels: Tensor, device: torch.device) -> Tensor:
    """A batch from `staging` on the device; a GPU copies it while the program goes on."""
    return pixels.to(device, non_blocking=device.type == "cuda")
