"""E65x: models that are made into `.net` files."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code

NO_MODEL = Code(
    "E651",
    "no such model",
    "`netdsl import` takes `torchvision:NAME`, or `package.module:NAME`, where NAME is a module, or a "
    "function or class that makes one when it is called without arguments. The current folder is "
    "searched too.",
    "netdsl import torchvision:resnet19",
    "netdsl import torchvision:resnet18",
    "command",
)
NOT_RUN = Code(
    "E652",
    "model that can't be followed",
    "The model is run once on a value that has a shape and no numbers, and each layer that it calls is "
    "written down. It must take one value and give one; which layers run may depend on shapes, not on "
    "numbers in the value. The message repeats what went wrong and points at the line of Python where "
    "it did.",
    "netdsl import mymodels:Net --input 784",
    "netdsl import mymodels:Net --input 1x28x28",
    "command",
)
NO_LAYER = Code(
    "E653",
    "step that no layer says",
    "The model calls a module or function of torch for which the language has no layer, or passes "
    "values along in a way that branches and labels can't say. Nothing is written, since the rest would"
    " be another network. Where the step is a module, it can become [a layer of your "
    "own](layers.md#a-layer-of-your-own).",
    "netdsl import mymodels:Recurrent --input 1x28x28",
    "netdsl import mymodels:Convolutional --input 1x28x28",
    "command",
)
NOT_EQUAL = Code(
    "E654",
    "imported network that computes something else",
    "The text is checked, made into a module and given the model's weights; on the same numbers both "
    "must give the same. They don't, so nothing is written. Dropout that also drops in evaluation, "
    "changes of a value that another one shares, and a module that reads what the trace can't see are "
    "the usual reasons.",
    "netdsl import mymodels:AlwaysDropping",
    "netdsl import mymodels:DroppingInTraining",
    "command",
)

NOT_READ = Code(
    "E655",
    "ONNX file that can't be read",
    "An ONNX file is read as data that nobody vouches for: what is in it is counted before it is parsed, "
    "each tensor must have the bytes that its shape needs, and other files are read only with "
    "`--external-data` and only from the folder of the model. The model must have one input and one output.",
    "netdsl import model.onnx",
    "netdsl import model.onnx --external-data --input 3x224x224",
    "command",
)

ALL: tuple[Code, ...] = (NO_MODEL, NOT_RUN, NO_LAYER, NOT_EQUAL, NOT_READ)
