"""What one position of a value sees of the input (Araujo et al. 2019, "Computing Receptive Fields")."""

from __future__ import annotations

from netdsl.layers.outcome import Outcome, Window
from netdsl.layers.tensor import TOKENS, TensorType
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Beyond it floats are no longer exact, and end in infinity.
FARTHEST = 2.0**53


class View(Record):
    """What one position of a value sees of the network's input, and the step between positions.

    Nothing is known where `size` is empty. `axes` are those of the value,
    from 0, along which positions stand; `grid` is the map that they make.
    """

    size: tuple[float, ...]
    step: tuple[float, ...]
    axes: tuple[int, ...] = ()
    grid: tuple[int, ...] = ()

    @classmethod
    def of_input(cls, given: TensorType) -> View:
        """Each position of the input sees itself."""
        rank = len(given.spatial)
        return cls((1.0,) * rank, (1.0,) * rank, tuple(range(1, rank + 1)), given.spatial)

    def is_in_place(self, given: TensorType) -> bool:
        """Whether the positions stand along a map's own axes, as in the input."""
        return given.layout != TOKENS and given.shape[1:] == self.grid and 0 not in self.axes


def merge_views(views: Sequence[View], types: Sequence[TensorType], made: TensorType) -> View:
    """What a position sees that is made of several values."""
    width = min(len(view.size) for view in views)
    size = tuple(max(view.size[axis] for view in views) for axis in range(width))
    step = tuple(max(view.step[axis] for view in views) for axis in range(width))
    pairs = list(zip(views, types, strict=True))
    # A single position stands nowhere, however its axes were moved.
    placed = [pair for pair in pairs if set(pair[0].grid) != {1}] or pairs
    axes = tuple(sorted({axis for view, _ in placed for axis in view.axes}))
    if all(view.is_in_place(given) for view, given in placed):
        return View(size, step, axes, made.spatial)
    grids = {view.grid for view, _ in placed}
    return View(size, step, axes, grids.pop() if len(grids) == 1 else ())


def advance(view: View, outcome: Outcome, given: TensorType, input_size: tuple[int, ...]) -> View:
    """What a position sees after a layer; unknown where positions are mixed that don't stand in place."""
    window = outcome.window
    if outcome.axes:
        view = _moved(view, outcome.axes)
    elif view.is_in_place(given):
        made = outcome.output.shape[1:]
        if window is None or len(window.extent) == len(view.size) > 0:
            view = view if window is None else _slid(view, window)
            return view if made == view.grid else view.replace(grid=made)
        view = view.replace(grid=made)
    features = 1 if given.layout == TOKENS else 0
    mixes_positions = outcome.mixes and features in view.axes
    if window is None and not mixes_positions:
        return view
    return _mixed(view, window, mixes_positions, view.axes == (features,), input_size)


def _mixed(
    view: View,
    window: Window | None,
    mixes_features: bool,
    all_are_features: bool,
    input_size: tuple[int, ...],
) -> View:
    """The view where positions are mixed otherwise than by a window that slides over their map."""
    whole = tuple(float(size) for size in input_size)
    if (window is not None and window.whole) or (mixes_features and all_are_features):
        return view.replace(size=whole)
    slides = window is not None and (not window.extent or max(window.extent) > 1)
    is_complete = bool(view.size) and all(s >= n for s, n in zip(view.size, whole, strict=True))
    return view if is_complete or not (slides or mixes_features) else view.replace(size=())


def _moved(view: View, axes: tuple[tuple[int, ...], ...]) -> View:
    """The view of a value whose axes hold those of another; positions in another order make no map."""
    standing = tuple(axis for axis, held in enumerate(axes) if any(each in view.axes for each in held))
    order = [each for held in axes for each in held if each in view.axes]
    is_map = order == sorted(order) or set(view.grid) == {1}
    return view.replace(axes=standing, grid=view.grid if is_map else ())


def _slid(view: View, window: Window) -> View:
    """The view after a window that slides over a map."""
    reach = (s + (k - 1) * j for s, k, j in zip(view.size, window.extent, view.step, strict=True))
    step = (j * s for j, s in zip(view.step, window.stride, strict=True))
    return view.replace(
        size=tuple(min(each, FARTHEST) for each in reach), step=tuple(min(each, FARTHEST) for each in step)
    )
