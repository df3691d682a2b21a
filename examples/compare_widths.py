"""Train one file with several values of a parameter, each for a few epochs on the drawn set, and compare."""

# ruff: noqa: T201  (scripts print)

import netdsl
from netdsl.training.data.shapes import draw_shapes


def main() -> None:
    """Print parameters and test accuracy by number of channels of the second convolution."""
    images = draw_shapes(seed=0, train=2_000, test=500)
    for channels in (25, 50, 100):
        model = netdsl.load("two_conv_cnn", channels=channels)
        run = netdsl.train(model, images, out=f"runs/channels-{channels}", epochs=4, batch_size=32)
        result = run.result
        print(f"{channels:>4} channels: {result.parameters:>9,} parameters, test {result.test_accuracy:.2%}")


if __name__ == "__main__":
    main()
