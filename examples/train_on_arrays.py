"""Train packaged networks on images of your own that are arrays in memory, and compare two of them."""

# ruff: noqa: T201  (scripts print)

import torch

import netdsl
from netdsl.training import ImageDataset, Split


def draw(count: int, generator: torch.Generator) -> Split:
    """Noise with a bright bar: lying in class 0, standing in class 1."""
    labels = torch.arange(count) % 2
    images = torch.randint(0, 120, (count, 3, 32, 32), generator=generator, dtype=torch.uint8)
    for image, label in zip(images, labels, strict=True):
        place = int(torch.randint(4, 24, (), generator=generator))
        if label == 0:
            image[:, place : place + 4, 4:28] += 120
        else:
            image[:, 4:28, place : place + 4] += 120
    return Split(images, labels)


def main() -> None:
    """Print parameters and test accuracy of two networks."""
    generator = torch.Generator().manual_seed(0)
    dataset = ImageDataset("bars", draw(400, generator), None, draw(100, generator), ("lying", "standing"))
    for name in ("lenet5", "six_conv"):
        torch.manual_seed(0)
        model = netdsl.load(name, classes=2)
        run = netdsl.train(model, dataset, out=f"runs/{name}", epochs=3, batch_size=32)
        accuracy = run.result.test_accuracy
        assert accuracy is not None
        print(f"{name:<10} {run.result.parameters:>8,} parameters, test accuracy {accuracy:.1%}")


if __name__ == "__main__":
    main()
