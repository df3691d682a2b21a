"""E7xx: the recipe of a training, the command line's options for it, and the run itself."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import drawing, runs
from netdsl.diagnostics.diagnostic import Code, Severity

NOT_YAML = Code(
    "E701",
    "the recipe is not YAML",
    "A recipe is a YAML file: one `key: value` a line. The message says where reading stopped.",
    "learning_rate: [0.1\nepochs: 30\n",
    "learning_rate: 0.1\nepochs: 30\n",
    "yaml",
)

UNKNOWN_KEY = Code(
    "E702",
    "unknown recipe key",
    "A recipe has only the keys that `netdsl train --help` lists. An unknown one is refused: a misspelt key "
    "would otherwise silently train with the default.",
    "learing_rate: 0.1\n",
    "learning_rate: 0.1\n",
    "yaml",
)

WRONG_TYPE = Code(
    "E703",
    "recipe value of the wrong type",
    "The key takes another kind of value, such as a number rather than a word. Quoted numbers are words.",
    "epochs: thirty\n",
    "epochs: 30\n",
    "yaml",
)

WRONG_VALUE = Code(
    "E704",
    "recipe value out of range",
    "The value is of the right kind, but not one that the key takes: a number outside its range or a word "
    "that is not among its choices.",
    "optimizer: adamx\n",
    "optimizer: adamw\n",
    "yaml",
)

REPEATED_KEY = Code(
    "E705",
    "recipe key given twice",
    "A key stands once in a recipe; `lr` is another name of `learning_rate`, so the two don't go together.",
    "lr: 0.1\nlearning_rate: 0.01\n",
    "learning_rate: 0.01\n",
    "yaml",
)

CLASHING_KEYS = Code(
    "E706",
    "recipe keys that don't go together",
    "Each value is fine alone, but one of them has no effect, or no meaning, beside another: momentum is an "
    "option of SGD only, and Nesterov's momentum needs a momentum.",
    "optimizer: adam\nmomentum: 0.9\n",
    "optimizer: sgd\nmomentum: 0.9\n",
    "yaml",
)

NOT_A_MAPPING = Code(
    "E707",
    "the recipe is not a list of keys and values",
    "A recipe is a YAML mapping: `key: value` on every line, with a space after the colon.",
    "- learning_rate\n- 0.1\n",
    "learning_rate: 0.1\n",
    "yaml",
)

UNAVAILABLE_DEVICE = Code(
    "E711",
    "no such device",
    "The device asked for is not one that torch knows, or this machine has none of it. Without `--device` "
    "the first of cuda, mps and cpu that is there is taken.",
    "netdsl train lenet5 --device cuda:7",
    "netdsl train lenet5 --device cuda:0",
    "command",
)

RUN_FOLDER = Code(
    "E712",
    "the run folder can't be used",
    "The folder that a training writes to holds another run already, or can't be written. A run is never "
    "overwritten: give another folder, or none, and the next free one under `runs/` is taken.",
    "netdsl train lenet5 --out runs/lenet5-1",
    "netdsl train lenet5 --out runs/lenet5-2",
    "command",
)

NON_FINITE_LOSS = Code(
    "E713",
    "the loss is no longer finite",
    "The loss became infinite or not a number, and every weight with it soon after, so training stopped. "
    "Mostly the learning rate is too high; a division by a standard deviation or a logarithm in the network "
    "may also be the cause. The best weights until then stay in the run folder.",
    "netdsl train lenet5 --optimizer sgd --learning-rate 1000",
    "netdsl train lenet5 --optimizer sgd --learning-rate 0.01",
    "command",
)

NOTHING_TO_TRAIN = Code(
    "E714",
    "the network has nothing to train",
    "No layer of the network has a parameter that takes a gradient, so there is nothing to optimize.",
    "net Still { input 3x32x32  max_pool(4) -> flatten }",
    "net Learning { input 3x32x32  max_pool(4) -> flatten -> linear(10) }",
    "command",
)

NO_SUCH_PARAMETER = Code(
    "E715",
    "a rule for parameters that the network has not",
    "`parameter_groups` takes `norms`, `biases`, and names of parameters as they stand in the state dict, "
    "with wildcards: `conv1.*`, `*.weight`. A rule that matches nothing is refused: it would change nothing.",
    "netdsl train lenet5 --parameter-groups '[{parameters: convv1.*, weight_decay: 0}]'",
    "netdsl train lenet5 --parameter-groups '[{parameters: conv1.*, weight_decay: 0}]'",
    "command",
)

WRONG_CLASS_WEIGHTS = Code(
    "E716",
    "the weights don't match the classes",
    "A list of class weights holds one number for each class of the data, in the order of the classes, and "
    "not all of them are 0.",
    "netdsl train lenet5 --data shapes --class-weights '[1, 2]'",
    "netdsl train lenet5 --data shapes --class-weights balanced",
    "command",
)

OUT_OF_MEMORY = Code(
    "E717",
    "a step does not fit in memory",
    "The network's activations for one batch, with its gradients and the optimizer's state, take more memory "
    "than the device has free. The message names the largest batch that was found to fit by trying. With "
    "`accumulation_steps`, several small batches make one step.",
    "netdsl train vgg16 --batch-size 8192",
    "netdsl train vgg16 --batch-size 256 --accumulation-steps 32",
    "command",
)

CANT_RESUME = Code(
    "E718",
    "the run can't be resumed",
    "`--resume` goes on from the checkpoint of a run folder, with the network, the data and the recipe that "
    "it was begun with. Only the length (`epochs` or `steps`) may be given anew.",
    "netdsl train --resume runs/lenet5-1 --batch-size 32",
    "netdsl train --resume runs/lenet5-1 --epochs 60",
    "command",
)

BROKEN_CHECKPOINT = Code(
    "E719",
    "the checkpoint can't be read",
    "Checkpoints are replaced as a whole, so one that is cut short or changed was damaged by something else. "
    "The weights of the best epoch, in best.safetensors, may still be good.",
    "netdsl train --resume runs/lenet5-1  # checkpoint.safetensors cut short",
    "netdsl train lenet5 --out runs/lenet5-2",
    "command",
)

SEVERAL_DEVICES = Code(
    "E731",
    "training on several devices can't work like this",
    "Each process of a distributed training has a device of its own and a share of each batch. There must be "
    "as many devices as processes, and a batch must have two images for each. `sync_batch_norm` needs GPUs. "
    "Processes that die are started again from the last checkpoint, three times.",
    "netdsl train lenet5 --devices 4 --batch-size 4",
    "netdsl train lenet5 --devices 4 --batch-size 256",
    "command",
)

FAILED_COMPILING = Code(
    "E732",
    "torch.compile fails",
    "`compile: on` has torch.compile make faster code of the network, and it could not. Mostly it lacks what "
    "it makes code with, Triton on a GPU or a C++ compiler on a CPU, or the network has a layer that it "
    "can't take. With `compile: auto`, a network that can't be compiled is trained as it is.",
    "netdsl train lenet5 --compile on",
    "netdsl train lenet5 --compile off",
    "command",
)

SLOW_PRECISION = Code(
    "W701",
    "the type is slow on this machine",
    "Without instructions for the type, a CPU converts back and forth at every operation. Mixed precision is "
    "meant for GPUs, and for CPUs with AVX-512 BF16 or AMX.",
    "netdsl train lenet5 --device cpu --precision bfloat16",
    "netdsl train lenet5 --device cpu",
    "command",
    Severity.WARNING,
)

CLASS_BY_CLASS = Code(
    "W702",
    "training images that come class by class",
    "The images of a folder lie class by class. Where they are not shuffled, hundreds of steps in a row see "
    "one class alone, and the network ends with guessing the last one; the train accuracy, taken on the way, "
    "looks well all the same. An order that is the same in each epoch is drawn by `shuffle: once`.",
    "netdsl train lenet5 --data FOLDER --shuffle false",
    "netdsl train lenet5 --data FOLDER --shuffle once",
    "command",
    Severity.WARNING,
)

ALL: tuple[Code, ...] = (
    NOT_YAML,
    UNKNOWN_KEY,
    WRONG_TYPE,
    WRONG_VALUE,
    REPEATED_KEY,
    CLASHING_KEYS,
    NOT_A_MAPPING,
    UNAVAILABLE_DEVICE,
    RUN_FOLDER,
    NON_FINITE_LOSS,
    NOTHING_TO_TRAIN,
    NO_SUCH_PARAMETER,
    WRONG_CLASS_WEIGHTS,
    OUT_OF_MEMORY,
    CANT_RESUME,
    BROKEN_CHECKPOINT,
    *runs.ALL,
    SEVERAL_DEVICES,
    FAILED_COMPILING,
    *drawing.ALL,
    SLOW_PRECISION,
    CLASS_BY_CLASS,
)
