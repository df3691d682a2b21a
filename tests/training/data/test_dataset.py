from __future__ import annotations

import pytest

from netdsl.training import ImageDataset
from tests.training.tiny_training import noise


def test_results_are_kept_by_the_names_of_classes_so_no_two_share_one() -> None:
    with pytest.raises(ValueError, match="two classes are called 'b'"):
        ImageDataset("noise", noise(6), None, None, ("a", "b", "b"))
