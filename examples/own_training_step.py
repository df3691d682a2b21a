"""Take a packaged network and train it with a loop of your own: it is a plain torch.nn.Module."""

# ruff: noqa: T201  (scripts print)

import torch
from torch import nn

import netdsl


def main() -> None:
    """Fit one batch of random images."""
    torch.manual_seed(0)
    model = netdsl.load("lenet5", classes=4)
    images = torch.randn(32, 3, 32, 32)
    labels = torch.arange(32) % 4

    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    model.train()
    for step in range(1, 31):
        optimizer.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            print(f"step {step}: loss {loss.item():.3f}")

    print("keys of the state dict:", ", ".join(list(model.state_dict())[:4]), "...")


if __name__ == "__main__":
    main()
