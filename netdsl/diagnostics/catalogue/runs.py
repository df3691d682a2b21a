"""E72x: run folders that are opened again, and what is made of them."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code, Severity

NO_RUN = Code(
    "E720",
    "no run folder there",
    "RUN is the folder that `netdsl train` left: it holds run.json, recipe.yaml and the weights. Without "
    "`--out` it is `runs/NAME-N`.",
    "netdsl eval runs/lenet5",
    "netdsl eval runs/lenet5-1",
    "command",
)

BROKEN_RUN = Code(
    "E721",
    "a file of the run folder can't be read",
    "One of the run's own files (run.json, recipe.yaml, result.json, metrics.jsonl, or the network's text "
    "in source/) is missing, cut short, or was changed so that it no longer says what it should. Take it "
    "from a copy of the folder, or train again.",
    "netdsl eval runs/lenet5-1  # run.json cut short",
    "netdsl eval runs/lenet5-2",
    "command",
)

BROKEN_WEIGHTS = Code(
    "E722",
    "the weights can't be read",
    "The file is not there, is cut short, or is no safetensors file. Other formats, pickles above all, "
    "are never read: they could run code. The folder's other weights may still be good.",
    "netdsl eval runs/lenet5-1  # best.safetensors cut short",
    "netdsl eval runs/lenet5-1 --weights last",
    "command",
)

WEIGHTS_DIFFER = Code(
    "E723",
    "the weights don't fit the network",
    "A state dict has one tensor for each parameter and buffer of its network, of the same shape. These "
    "were saved from another network, or the network's text was changed since.",
    "netdsl eval runs/lenet5-1  # source/lenet5.net edited",
    "netdsl eval runs/lenet5-1",
    "command",
)

NO_SOURCE = Code(
    "E724",
    "the run does not say how its network is built",
    "The run was started from Python with a module, which no text describes; `netdsl eval` and `netdsl "
    "predict` build the network from the `.net` text in the run folder. Where `netdsl.train` is given the "
    "file in place of the module, with its `settings`, it keeps that text. Without it, the weights can be "
    "used where the module is made: `netdsl.training.load_weights` fills it with them.",
    "netdsl eval runs/own-1  # netdsl.train(netdsl.load('lenet5', classes=2))",
    "netdsl eval runs/lenet5-1  # netdsl.train('lenet5', settings={'classes': 2})",
    "command",
)

OTHER_CLASSES = Code(
    "E725",
    "the data's classes are not those of the run",
    "The network's outputs stand for the classes that it was trained on, in their order. Data can only be "
    "judged by it where its classes have the same names: for an image folder, the names of the folders.",
    "netdsl eval runs/lenet5-1 --data cifar100",
    "netdsl eval runs/lenet5-1 --data cifar10",
    "command",
)

NO_SUCH_PART = Code(
    "E726",
    "the data has no such part",
    "Data has training images, and may have validation and test images. The validation part is what the "
    "run set aside, unless the data brings one.",
    "netdsl eval runs/lenet5-1 --data photos --part test  # photos has no folder test",
    "netdsl eval runs/lenet5-1 --data photos --part train",
    "command",
)

MISSING_EXTRA = Code(
    "E727",
    "an optional library is missing",
    "Pictures and pages of runs need Matplotlib and Jinja, diagrams of networks with several branches "
    "igraph, PNG files of diagrams resvg, ONNX files onnxruntime and onnxscript, TensorBoard's files "
    "tensorboard, searches Optuna, and `--engine ray` Ray; none of them comes with a plain "
    "installation. The extras bring them: `pip install 'netdsl[plots]'`, and so with `draw`, `onnx`, "
    "`tensorboard`, `search` and `ray`.",
    "netdsl predict runs/lenet5-1 cat.jpg --picture cat.png",
    "pip install 'netdsl[plots]'",
    "command",
)

NO_IMAGES = Code(
    "E728",
    "the folder holds no images",
    "IMAGE is an image file, or a folder whose images are taken, those in folders inside it too (.jpg, "
    ".jpeg, .png, .bmp, .gif, .webp, .tif, .tiff, .ppm, .pgm).",
    "netdsl predict runs/lenet5-1 documents",
    "netdsl predict runs/lenet5-1 photos",
    "command",
)

NO_PICTURE = Code(
    "E729",
    "the picture can't be written",
    "The folder is not there or can't be written, the disk is full, or the file's ending is no format "
    "that Matplotlib writes. `.png`, `.svg` and `.pdf` always work.",
    "netdsl predict runs/lenet5-1 cat.jpg --picture cat.doc",
    "netdsl predict runs/lenet5-1 cat.jpg --picture cat.png",
    "command",
)

DATA_CHANGED = Code(
    "W720",
    "the data is no longer what the run had",
    "The data that the run was trained on has other images by now: their number differs. Figures can't be "
    "compared with the run's own, and images of the training may be among those that are now tested.",
    "netdsl eval runs/lenet5-1  # images added since",
    "netdsl train lenet5 --data photos",
    "command",
    Severity.WARNING,
)

ALL: tuple[Code, ...] = (
    NO_RUN,
    BROKEN_RUN,
    BROKEN_WEIGHTS,
    WEIGHTS_DIFFER,
    NO_SOURCE,
    OTHER_CLASSES,
    NO_SUCH_PART,
    MISSING_EXTRA,
    NO_IMAGES,
    NO_PICTURE,
    DATA_CHANGED,
)
