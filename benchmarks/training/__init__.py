"""How fast netdsl trains, beside what people write or use instead.

Four measurements, each a script: `steps` (throughput), `epochs` (whole epochs with evaluation), `startup`
(process start to the first step) and `memory` (peak of a whole process). Run them from the root of the
repository as modules:

    python -m benchmarks.training.steps --data FOLDER

Every one takes `--data FOLDER`, an image folder of 32x32 pictures in colour with `train/<class>/*` and
`test/<class>/*`, `--net` (`lenet5`, `six_conv` or both), `--rounds`, `--json` and `--quick`.
"""
