"""Draws recipes over all keys and all forms of their values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from netdsl.training import Recipe

Strategy = st.SearchStrategy[Any]

counts = st.integers(1, 10**6)
flags = st.booleans()
above_0 = st.floats(1e-12, 1e12)
from_0 = st.just(0) | st.just(0.0) | above_0
below_1 = st.just(0) | st.floats(0, 0.999999)
fractions = st.integers(0, 1) | st.floats(0, 1)
seeds = st.integers(0, 2**63 - 1)
# Any text that can be printed, and words that YAML's versions read as something else.
letters = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
odd_words = "0E0 1e5 1 08 0o7 0x1f .5 1:30 ~ null true no 2026-01-02 1_000 +1 -.inf #a &a !a ' \" = << - ? @"
names = st.text(letters, min_size=1, max_size=12) | st.sampled_from(
    ["norms", "biases", "*", "conv1.*", "a: b", "- a", "a #b", "", *odd_words.split()]
)


def settings_of(kind: str, **options: Strategy) -> Strategy:
    """A word alone, or a map with any of its options."""
    return st.fixed_dictionaries({"type": st.just(kind)}, optional=options) | st.just(kind)


schedules = st.one_of(
    settings_of("constant"),
    settings_of("step", step_size=counts, gamma=above_0),
    st.fixed_dictionaries(
        {
            "type": st.just("multistep"),
            "milestones": st.sets(counts, max_size=3).map(lambda x: sorted({1, *x})),
        },
        optional={"gamma": above_0},
    ),
    settings_of("cosine", eta_min=from_0, T_0=counts, T_mult=counts),
    settings_of(
        "one_cycle",
        pct_start=fractions,
        anneal_strategy=st.sampled_from(["cos", "linear"]),
        div_factor=above_0,
        final_div_factor=above_0,
    ),
    settings_of("polynomial", power=above_0),
    settings_of("exponential", gamma=above_0),
    settings_of(
        "plateau",
        factor=below_1,
        patience=st.integers(0, 99),
        threshold=from_0,
        cooldown=st.integers(0, 99),
        min_lr=from_0,
    ),
)
policies = st.one_of(
    settings_of("none"),
    settings_of("cifar10"),
    settings_of("trivialaugment"),
    settings_of("randaugment", num_ops=counts, magnitude=st.integers(0, 30)),
)
rules = st.lists(
    st.fixed_dictionaries(
        {"parameters": names | st.lists(names, min_size=1, max_size=3), "lr_factor": above_0},
        optional={"weight_decay": from_0, "frozen": flags},
    ),
    max_size=3,
)
weights = st.sampled_from(["none", "balanced"]) | st.lists(from_0, min_size=1, max_size=5)
maybe = st.none()
pairs = st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted)
ratios = st.lists(above_0, min_size=2, max_size=2).map(sorted)

VALUES: dict[str, Strategy] = {
    "optimizer": st.sampled_from(["sgd", "adam", "adamw", "rmsprop", "adagrad", "nadam", "muon"]),
    "learning_rate": above_0
    | counts
    | st.dictionaries(st.integers(1, 999), above_0, max_size=4).map(lambda rates: {0: 0.1, **rates}),
    "schedule": schedules,
    "warmup": st.just(0) | st.floats(0, 9),
    "weight_decay": from_0,
    "momentum": maybe | below_1,
    "nesterov": flags,
    "betas": maybe | st.lists(below_1, min_size=2, max_size=2),
    "alpha": maybe | below_1,
    "eps": maybe | above_0,
    "parameter_groups": rules,
    "clip_grad_norm": maybe | above_0,
    "clip_grad_value": maybe | above_0,
    "accumulation_steps": counts,
    "ema_decay": maybe | below_1,
    "epochs": counts.map(lambda count: count + 8),
    "steps": maybe | counts.map(lambda count: count + 8),
    "best_by": st.sampled_from(["validation_accuracy", "validation_loss", "train_accuracy", "train_loss"]),
    "early_stopping": maybe | counts,
    "test_time_flip": flags,
    "keep_every": maybe | counts,
    "loss": st.sampled_from(["cross_entropy", "focal", "mse", "bce"]),
    "label_smoothing": below_1,
    "class_weights": weights,
    "auxiliary_weight": from_0,
    "focal_gamma": from_0,
    "batch_size": counts,
    "shuffle": flags,
    "sampling_weights": weights,
    "replacement": flags,
    "samples_per_epoch": maybe | counts,
    "subset": maybe | counts | st.floats(1e-9, 0.999),
    "seed": seeds,
    "validation": st.integers(0, 10**6) | st.floats(0, 0.999),
    "stratified": flags,
    "split_seed": seeds,
    "normalization": st.sampled_from(["data", "none"])
    | st.fixed_dictionaries(
        {
            "mean": st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3),
            "std": st.lists(above_0, min_size=1, max_size=3),
        }
    ),
    "resize": maybe | counts | st.lists(counts, min_size=2, max_size=2),
    "channels": st.sampled_from([None, 1, 3]),
    "corrupt_images": st.sampled_from(["error", "skip"]),
    "storage": st.sampled_from(["auto", "memory", "stream"]),
    "workers": maybe | counts,
    "auto_augment": policies,
    "rotation": st.floats(0, 180),
    "translation": fractions,
    "crop_padding": st.integers(0, 99),
    "crop_padding_mode": st.sampled_from(["constant", "reflect"]),
    "horizontal_flip": flags | st.just("alternating"),
    "vertical_flip": flags,
    "color_jitter": maybe
    | from_0
    | st.fixed_dictionaries(
        {},
        optional={"brightness": from_0, "contrast": from_0, "saturation": from_0, "hue": st.floats(0, 0.5)},
    ),
    "cutout": st.integers(0, 99),
    "random_erasing": maybe
    | fractions
    | st.fixed_dictionaries({}, optional={"p": fractions, "scale": pairs, "ratio": ratios}),
    "mixup": from_0,
    "cutmix": from_0,
    "precision": st.sampled_from(["float32", "bfloat16", "float16"]),
    "memory_format": st.sampled_from(["auto", "contiguous", "channels_last"]),
    "compile": st.sampled_from(["auto", "on", "off"]),
    "sync_batch_norm": flags,
}


def without_clashes(values: dict[str, Any]) -> dict[str, Any]:
    """Leave away what does not go with the rest."""
    while True:
        try:
            Recipe.model_validate(values)
        except ValidationError as error:
            details = error.errors()
            assert {each["type"] for each in details} == {"clashing_keys"}, details
            wrong = {each["ctx"]["key"] for each in details}
            values = {key: value for key, value in values.items() if key not in wrong}
        else:
            return values


# Values as they stand in a file.
written: Strategy = st.fixed_dictionaries({}, optional=VALUES).map(without_clashes)
