"""Losses that are not finite, and memory that runs out: what is told, and what is left."""

from __future__ import annotations

import re
import signal
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import ImageDataset, Progress, Recipe, Run, Split, train
from netdsl.training.loop import training
from netdsl.training.machine.interrupt import StopRequest
from tests.training.disturbed import QUIET, command, own_cache, write_figures
from tests.training.tiny_training import CLASSES, PIXELS, PLAIN, as_input, noise, tiny_data

Refused = Callable[[Callable[[], object]], Diagnostic]

# A pixel value that the other images don't have.
POISON = 255


class Bursting(nn.Module):
    """Divides nothing by nothing where an image of the batch is the poisoned one."""

    def forward(self, images: Tensor) -> Tensor:
        poisoned = (images >= 1).flatten(1).all(1).view(-1, *[1] * (images.dim() - 1))
        return torch.where(poisoned, images * 0 / 0, images)


def poisoned_data(place: int, count: int = 40) -> ImageDataset:
    """Noise, with an image of nothing but the largest value at this place."""
    split = noise(count)
    split.images.clamp_(max=POISON - 1)
    split.images[place] = POISON
    return ImageDataset("noise", split, None, noise(20, 1), ("a", "b", "c"))


def poisoned_net(dropout: float = 0.0) -> nn.Module:
    torch.manual_seed(3)
    # The layers before the one that bursts leave the images as they are.
    return nn.Sequential(
        OrderedDict(
            front=nn.Identity(),
            mixer=nn.Sequential(OrderedDict(gate=nn.Identity(), burst=Bursting())),
            flatten=nn.Flatten(),
            dropout=nn.Dropout(dropout),
            head=nn.Linear(48, CLASSES),
        )
    ).double()


def recipe_of(**keys: object) -> Recipe:
    return Recipe.model_validate({**PLAIN, "batch_size": 8, "epochs": 3, **keys})


@pytest.mark.parametrize(
    ("place", "keys", "step", "images"),
    [
        (0, {}, 1, range(8)),
        (21, {}, 3, range(16, 24)),
        (39, {}, 5, range(32, 40)),
        (21, {"accumulation_steps": 2}, 2, range(16, 32)),
        (39, {"accumulation_steps": 2}, 3, range(32, 40)),
        (21, {"optimizer": "sgd", "ema_decay": 0.9, "clip_grad_norm": 1.0}, 3, range(16, 24)),
    ],
)
def test_the_step_the_layer_and_the_batch_are_named(
    refused: Refused, tmp_path: Path, place: int, keys: dict[str, object], step: int, images: range
) -> None:
    data, out = poisoned_data(place), tmp_path / "run"
    found = refused(lambda: train(poisoned_net(0.3), data, recipe_of(**keys), out, device="cpu"))
    assert found.code == codes.NON_FINITE_LOSS
    assert found.message == (
        f"the loss is nan in epoch 1, step {step}; the output of `mixer.burst` (Bursting) was the first that "
        "is not finite; its batch is in failed_batch.safetensors"
    )
    assert "learning_rate" in (found.help or "")
    batch = load_file(out / "failed_batch.safetensors")
    assert batch["images"].tolist() == list(images)
    assert isinstance(data.train, Split)
    some = slice(images.start, images.stop)
    torch.testing.assert_close(batch["inputs"], as_input(data.train.images[some]))
    assert torch.equal(batch["targets"], data.train.labels[some])


def test_of_a_drawn_order_the_batch_is_the_one_that_failed(refused: Refused, tmp_path: Path) -> None:
    recipe = recipe_of(shuffle=True, horizontal_flip=True, seed=3)
    data = poisoned_data(21)
    found = refused(lambda: train(poisoned_net(0.3), data, recipe, tmp_path / "run", device="cpu"))
    batch = load_file(tmp_path / "run" / "failed_batch.safetensors")
    (row,) = (batch["images"] == 21).nonzero().flatten().tolist()
    assert (batch["inputs"][row] == 1).all()
    assert "`mixer.burst`" in found.message


class Counting(nn.Module):
    """Counts the steps, which its state remembers, and bursts at one of them."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.last = last
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def forward(self, images: Tensor) -> Tensor:
        self.steps += self.training
        return images / (self.steps < self.last)


def test_later_epochs_are_gone_through_again_from_the_checkpoint(refused: Refused, tmp_path: Path) -> None:
    torch.manual_seed(3)
    module = nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, CLASSES), nn.Dropout(), Counting(13)).double()
    out = tmp_path / "run"
    found = refused(lambda: train(module, tiny_data(), recipe_of(), out, device="cpu"))
    assert "in epoch 3, step 3; the output of `3` (Counting) was the first" in found.message
    # What was good until then stays.
    assert len((out / "metrics.jsonl").read_text().splitlines()) == 2
    for name in ("best.safetensors", "last.safetensors", "checkpoint.safetensors"):
        assert all(value.isfinite().all() for value in load_file(out / name).values())


class Twice(nn.Module):
    """Bursts at a step, and calls `disturb` at a call of the replay; keeps what weights it had."""

    def __init__(self, last: int, at: int = 0, disturb: Callable[[], float] = lambda: 1.0) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.head = nn.Linear(PIXELS, CLASSES)
        self.burst = Counting(last)
        self.at = last + at
        self.disturb = disturb
        self.seen: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        output: Tensor = self.burst(self.head(images.flatten(1)))
        if self.training:
            self.seen.append(self.head.weight.detach().clone())
            output = output * (self.disturb() if len(self.seen) == self.at else 1.0)
        return output


class Watching(Progress):
    """Asks for the loss after every step."""

    def due(self) -> bool:
        return True


@pytest.fixture
def one_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first epoch is the only one after which a state is written."""
    monkeypatch.setattr(training, "_SHARE_FOR_CHECKPOINTS", 0)


@pytest.mark.usefixtures("one_checkpoint")
def test_a_rate_that_follows_what_was_reached_is_the_same_again(refused: Refused, tmp_path: Path) -> None:
    plateau = {"type": "plateau", "patience": 0, "threshold": 0.9}
    recipe = recipe_of(epochs=5, learning_rate=0.1, schedule=plateau, best_by="train_loss", optimizer="sgd")
    module, out = Twice(22), tmp_path / "run"
    found = refused(lambda: train(module, tiny_data(), recipe, out, device="cpu", progress=Watching()))
    assert "in epoch 5, step 2; the output of `burst` (Counting)" in found.message
    assert len(module.seen) == 22 + 17
    assert torch.equal(module.seen[-1], module.seen[21])


@pytest.mark.usefixtures("one_checkpoint")
@pytest.mark.parametrize(("what", "at"), [("stop", 2), ("stop", 7), ("error", 2)])
def test_a_replay_that_is_stopped_or_errs_sooner_tells_what_is_known(
    refused: Refused, tmp_path: Path, what: str, at: int
) -> None:
    stop = StopRequest()

    def disturb() -> float:
        if what == "stop":
            stop.hear(signal.SIGINT)
        return 1.0 if what == "stop" else float("nan")

    module, out, recipe = Twice(13, at, disturb), tmp_path / "run", recipe_of()
    found = refused(
        lambda: train(module, tiny_data(), recipe, out, device="cpu", progress=Watching(), stop=stop)
    )
    assert found.code == codes.NON_FINITE_LOSS
    assert found.message == "the loss is nan in epoch 3, step 3"
    assert len(module.seen) == 13 + at
    assert not (out / "failed_batch.safetensors").exists()


class Stopped(nn.Module):
    """Gives what is not a number from a step on, and in the next one asks to stop."""

    def __init__(self, stop: StopRequest) -> None:
        super().__init__()
        self.stop = stop
        self.calls = 0

    def forward(self, images: Tensor) -> Tensor:
        self.calls += self.training
        if self.calls == 3:
            self.stop.hear(signal.SIGINT)
        return images * float("nan") if self.calls >= 2 else images


def test_a_stop_after_the_loss_was_lost_keeps_no_such_state(refused: Refused, tmp_path: Path) -> None:
    stop = StopRequest()
    module = nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, CLASSES), Stopped(stop)).double()
    found = refused(lambda: train(module, tiny_data(), recipe_of(), tmp_path, device="cpu", stop=stop))
    assert found.code == codes.NON_FINITE_LOSS
    assert not (tmp_path / "checkpoint.safetensors").exists()


class Root(nn.Module):
    """A root whose gradient is not finite at the weight's first value."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))

    def forward(self, images: Tensor) -> Tensor:
        return images + self.weight.abs().sqrt()


def test_weights_that_a_step_has_spoilt_are_named(refused: Refused, tmp_path: Path) -> None:
    module = nn.Sequential(OrderedDict(root=Root(), flatten=nn.Flatten(), head=nn.Linear(PIXELS, CLASSES)))
    found = refused(lambda: train(module, tiny_data(), recipe_of(), tmp_path / "run", device="cpu"))
    assert "in epoch 1, step 2" in found.message
    assert (
        "the step before had already made the weights `root.weight` infinite or not a number" in found.message
    )


class Huge(nn.Module):
    """Outputs that are finite, and too far from each other for the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(PIXELS, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        largest = torch.finfo(torch.float32).max
        return self.linear(images.flatten(1)) * 0 + torch.tensor([-largest, largest, 0])


def test_a_loss_that_overflows_by_itself(refused: Refused, tmp_path: Path) -> None:
    found = refused(lambda: train(Huge(), tiny_data(), recipe_of(), tmp_path / "run", device="cpu"))
    assert "the loss is inf in epoch 1, step 1; every layer's output was finite" in found.message


def test_the_command_tells_of_a_learning_rate_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "quiet.net").write_text(QUIET)
    write_figures(tmp_path / "figures.npz", train=100, test=20)
    options = "--data figures.npz --device cpu --optimizer sgd --learning-rate 1e30 --out run".split()
    with own_cache(tmp_path / "cache"):
        code, output = command("train", "quiet.net", *options, cwd=tmp_path)
    assert code == 1
    assert "Traceback" not in output
    assert re.search(r"error\[E713\]: the loss is (nan|inf) in epoch 1, step \d; ", output)
    assert "its batch is in failed_batch.safetensors" in output
    assert (tmp_path / "run" / "failed_batch.safetensors").is_file()


# Memory.


def out_of_memory(kind: str) -> Exception:
    """What torch raises where memory runs out: on a GPU, in its CPU allocator, or in Python."""
    if kind == "gpu":
        return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
    if kind == "cpu":
        return RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes.")
    return MemoryError()


class Hungry(nn.Module):
    """The tiny network, for batches of no more than so many images."""

    def __init__(self, training: int, evaluating: int = 10**9, kind: str = "gpu") -> None:
        super().__init__()
        torch.manual_seed(3)
        # Convolutions, so that the memory format is tried before the first step.
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(16, CLASSES))
        self.most = {True: training, False: evaluating}
        self.kind = kind
        self.sizes: dict[bool, list[int]] = {True: [], False: []}

    def forward(self, images: Tensor) -> Tensor:
        self.sizes[self.training].append(len(images))
        if len(images) > self.most[self.training]:
            raise out_of_memory(self.kind)
        output: Tensor = self.net(images)
        return output


def train_hungry(module: nn.Module, out: Path, **keys: object) -> Run:
    return train(module, tiny_data(), recipe_of(**keys), out, device="cpu")


@pytest.mark.parametrize("epochs", [1, 100])
@pytest.mark.parametrize("kind", ["gpu", "cpu", "python"])
@pytest.mark.parametrize(
    ("batch_size", "most", "fits", "accumulation"),
    [(32, 10, 8, 4), (30, 10, 7, 5), (40, 20, 20, 2), (3, 2, 2, 2)],
)
def test_a_batch_that_fits_is_named(
    refused: Refused,
    tmp_path: Path,
    batch_size: int,
    most: int,
    fits: int,
    accumulation: int,
    kind: str,
    epochs: int,
) -> None:
    module, out = Hungry(most, kind=kind), tmp_path / "run"
    found = refused(lambda: train_hungry(module, out, batch_size=batch_size, epochs=epochs))
    assert found.code == codes.OUT_OF_MEMORY
    assert found.message == f"a step with batches of {batch_size} does not fit in the memory of cpu"
    assert found.help == (
        f"a batch of {fits} was tried and fits: `--batch-size {fits}`, with "
        f"`--accumulation-steps {accumulation}` for the same step"
    )
    assert module.sizes[True][-1] == fits
    # The advice is good.
    keys = {"batch_size": fits, "accumulation_steps": accumulation, "epochs": 1}
    assert train_hungry(Hungry(most), tmp_path / "again", **keys).result.epochs == 1


@pytest.mark.parametrize("batch_size", [2, 3, 8])
def test_not_even_two_images_fit(refused: Refused, tmp_path: Path, batch_size: int) -> None:
    found = refused(lambda: train_hungry(Hungry(1), tmp_path / "run", batch_size=batch_size))
    assert found.code == codes.OUT_OF_MEMORY
    assert "not even two images fit" in (found.help or "")


def test_evaluation_takes_smaller_batches_where_its_own_do_not_fit(tmp_path: Path) -> None:
    generous = train_hungry(Hungry(8), tmp_path / "generous", validation=0.5)
    module = Hungry(8, evaluating=7)
    run = train_hungry(module, tmp_path / "hungry", validation=0.5)
    assert run.result.test_accuracy == generous.result.test_accuracy
    assert run.result.test_loss == pytest.approx(generous.result.test_loss)
    assert run.result.confusion_matrix == generous.result.confusion_matrix
    # The size that fits is kept.
    assert sum(size > 7 for size in module.sizes[False]) <= 10


@pytest.mark.parametrize("kind", ["gpu", "cpu", "python"])
def test_not_even_two_images_fit_in_the_first_evaluation(refused: Refused, tmp_path: Path, kind: str) -> None:
    module = Hungry(32, evaluating=0, kind=kind)
    found = refused(lambda: train_hungry(module, tmp_path / "run", epochs=1))
    assert found.code == codes.OUT_OF_MEMORY
    assert found.message == "not even two images fit in the memory of cpu"


class Growing(Hungry):
    """Leaves no memory for evaluations once it was trained."""

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            self.most[False] = 0
        return super().forward(images)


@pytest.mark.parametrize("kind", ["gpu", "cpu", "python"])
@pytest.mark.parametrize("validation", [0, 0.5])
def test_not_even_one_image_fits_in_an_evaluation(
    refused: Refused, tmp_path: Path, validation: float, kind: str
) -> None:
    module, out = Growing(32, kind=kind), tmp_path / "run"
    keys = {"validation": validation, "epochs": 1, "memory_format": "contiguous", "compile": "off"}
    found = refused(lambda: train_hungry(module, out, **keys))
    assert found.code == codes.OUT_OF_MEMORY
    assert found.message == "not even one image fits in the memory of cpu"


class Heavy(Hungry):
    """Does not fit on a device."""

    def to(self, *arguments: object, **options: object) -> Heavy:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")


def test_a_network_that_does_not_fit(refused: Refused, tmp_path: Path) -> None:
    found = refused(lambda: train_hungry(Heavy(32), tmp_path / "run", epochs=1))
    assert found.code == codes.OUT_OF_MEMORY
    assert found.message == "the network does not fit in the memory of cpu"


class Broken(Hungry):
    """Raises an error that has nothing to do with memory."""

    def __init__(self) -> None:
        super().__init__(10**9)

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            raise RuntimeError("something else is wrong")
        return super().forward(images)


def test_other_errors_are_not_taken_for_memory(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="something else is wrong"):
        train_hungry(Broken(), tmp_path / "run")
