"""The end of a run: the test, the result, and what the person is told."""

from __future__ import annotations

from statistics import fmean

from netdsl.training.loop.evaluate import Evaluation
from netdsl.training.loop.training import Training
from netdsl.training.machine.environment import peak_memory
from netdsl.training.run_folder.files import BEST
from netdsl.training.run_folder.opened import load_weights
from netdsl.training.run_folder.records import Result, finite
from netdsl.training.run_folder.run import Run


def finish(training: Training, name: str) -> Run:
    """Test the last weights and the best ones, which the module then holds, and write the result.

    An interrupted training is not tested: it will go on.
    """
    setup, folder = training.setup, training.folder
    last = tested = None
    if training.interrupted:
        training.progress.note(_how_to_resume(training))
    else:
        last = training.evaluate(setup.test)
        _take_best(training)
        tested = last
        if training.best is not training.history[-1] or tested is None:
            tested = setup.evaluator(setup.module, setup.test or setup.validation or setup.train)
    result = _result(training, name, last, tested)
    folder.write_result(result)
    training.progress.end(result)
    return Run(folder.path, setup.module, setup.recipe, tuple(training.history), result)


def _take_best(training: Training) -> None:
    """Put the best weights into the module; an earlier process may have left them in the folder alone."""
    if training.best_weights is not None:
        training.setup.module.load_state_dict(training.best_weights)
    else:
        load_weights(training.setup.module, training.folder.path / BEST)


def _how_to_resume(training: Training) -> str:
    command = f"netdsl train --resume {training.folder.path}"
    world = training.setup.world
    if world.size == world.local_size > 1:
        command += f" --devices {world.size}"
    text = f"interrupted after {len(training.history)} of {training.epochs} epochs"
    if training.abandoned:
        return f"{text}, in the middle of a step: the last checkpoint goes on with `{command}`"
    return f"{text}; the state is saved: go on with `{command}`"


def _result(training: Training, name: str, last: Evaluation | None, tested: Evaluation | None) -> Result:
    setup, best, history = training.setup, training.best, training.history
    classes = setup.dataset.classes
    on_test = tested if setup.test is not None else None
    return Result(
        name=name,
        data=setup.dataset.name,
        device=str(setup.device),
        parameters=setup.parameters,
        epochs=len(history),
        best_epoch=best.epoch if best else None,
        train_loss=best.train_loss if best else None,
        train_accuracy=best.train_accuracy if best else None,
        validation_loss=best.validation_loss if best else None,
        validation_accuracy=best.validation_accuracy if best else None,
        test_accuracy=on_test.accuracy if on_test else None,
        test_loss=finite(on_test.loss) if on_test else None,
        last_test_accuracy=last.accuracy if last else None,
        per_class_accuracy=dict(zip(classes, tested.per_class, strict=True)) if tested else None,
        confusion_matrix=tested.confusion.tolist() if tested else None,
        seconds=training.seconds,
        images_per_second=fmean(each.images_per_second for each in history) if history else None,
        peak_memory_bytes=peak_memory(setup.device),
        interrupted=training.interrupted,
    )
