"""E9xx: experiment files, and the sweeps that carry them out."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code

NOT_YAML = Code(
    "E901",
    "the experiment file is not YAML",
    "An experiment file is YAML: one `key: value` a line. The message says where reading stopped.",
    "title: Widths\nnet: lenet5\nseeds: [0, 1\nrecipe: {epochs: 5}\n",
    "title: Widths\nnet: lenet5\nseeds: [0, 1]\nrecipe: {epochs: 5}\n",
    "experiment",
)

NOT_A_MAPPING = Code(
    "E902",
    "the experiment file is not a list of keys and values",
    "An experiment file is a YAML mapping: `key: value` on every line, with a space after the colon.",
    "- title\n- Widths\n",
    "title: Widths\nnet: lenet5\n",
    "experiment",
)

UNKNOWN_KEY = Code(
    "E903",
    "unknown key of an experiment file",
    "An experiment file has only the keys that docs/experiments.md lists, and so have its parts. An unknown "
    "one is refused: a misspelt key would otherwise silently change nothing.",
    "title: Widths\nnet: lenet5\nseed: [0, 1]\n",
    "title: Widths\nnet: lenet5\nseeds: [0, 1]\n",
    "experiment",
)

WRONG_TYPE = Code(
    "E904",
    "value of the wrong type in an experiment file",
    "The key takes another kind of value, such as a list rather than a word. Quoted numbers are words.",
    "title: Widths\nnet: lenet5\nseeds: three\n",
    "title: Widths\nnet: lenet5\nseeds: 3\n",
    "experiment",
)

WRONG_VALUE = Code(
    "E905",
    "value out of range in an experiment file",
    "The value is of the right kind, but not one that the key takes. Accuracies are fractions: 0.7 for 70 %.",
    "title: Widths\nnet: lenet5\nruns:\n  - {name: as published, reported: {test_accuracy: 69.4}}\n",
    "title: Widths\nnet: lenet5\nruns:\n  - {name: as published, reported: {test_accuracy: 0.694}}\n",
    "experiment",
)

REPEATED_KEY = Code(
    "E906",
    "key of an experiment file given twice",
    "A key stands once in a mapping; YAML would silently take the last one.",
    "title: Widths\nnet: lenet5\nnet: vgg\n",
    "title: Widths\nnet: lenet5\n",
    "experiment",
)

MISSING_KEY = Code(
    "E907",
    "an experiment file lacks something",
    "Every experiment has a `title`, every run a `name` and a network: its own `net`, or that of the file. "
    "`--partial` needs `partial_epochs`.",
    "title: Widths\nruns:\n  - {name: narrow, recipe: {epochs: 5}}\n",
    "title: Widths\nnet: lenet5\nruns:\n  - {name: narrow, recipe: {epochs: 5}}\n",
    "experiment",
)

REPEATED_NAME = Code(
    "E908",
    "two runs of the same name",
    "A run's folder is called by its name, in small letters, with dashes for all but letters, digits, dots "
    "and underscores. Two names that lead to one folder are refused.",
    "title: Widths\nnet: lenet5\nruns:\n  - {name: Wide net}\n  - {name: wide-net, recipe: {epochs: 5}}\n",
    "title: Widths\nnet: lenet5\nruns:\n  - {name: Wide net}\n  - {name: short, recipe: {epochs: 5}}\n",
    "experiment",
)

CLASHING_KEYS = Code(
    "E909",
    "parts of an experiment file that don't go together",
    "Each part is fine alone, but one of them has no meaning beside another: `search` chooses its runs one "
    "after another, so it stands without `runs`, `grid` and `random`; and a `seed` in a recipe would be "
    "overridden by `seeds`.",
    "title: Rates\nnet: lenet5\nruns: [{name: as published}]\n"
    "search: {trials: 5, space: {recipe.learning_rate: {log_uniform: [1.0e-4, 0.1]}}}\n",
    "title: Rates\nnet: lenet5\n"
    "search: {trials: 5, space: {recipe.learning_rate: {log_uniform: [1.0e-4, 0.1]}}}\n",
    "experiment",
)

TOO_MANY_RUNS = Code(
    "E910",
    "more runs than a sweep can have",
    "A grid has every combination of its values, which are soon more than can ever be trained. A sweep has "
    "at most 10,000 runs; `random` tries some of the combinations.",
    "title: Rates\nnet: lenet5\nseeds: 20000\n",
    "title: Rates\nnet: lenet5\nseeds: 5\n",
    "experiment",
)

NO_SUCH_RUN = Code(
    "E911",
    "the experiment has no run of that name",
    "`--only` takes names of runs, as the table shows them or as their folders are called.",
    "netdsl sweep dropout.yaml --only dropuot",
    "netdsl sweep dropout.yaml --only dropout",
    "command",
)

OTHER_RUN = Code(
    "E912",
    "the folder holds a run that is not the one planned",
    "A finished run is never run again: it is taken from its folder. This folder's was trained with another "
    "network, recipe or data than the experiment file, or `train --runs`, asks for now, so a table would mix "
    "the two. Remove the folder, give the run another name, or the whole another folder with `--out`.",
    "netdsl sweep dropout.yaml  # epochs changed since",
    "netdsl sweep dropout.yaml --out runs/dropout-longer",
    "command",
)

RUN_STOPPED = Code(
    "E913",
    "a run of the sweep stopped unexpectedly",
    "Something that has no message of its own ended the run, or its process died: killed for the memory it "
    "took, mostly. What Python said is in error.txt in the run's folder. The other runs go on; repeating the "
    "command tries this one again.",
    "netdsl sweep dropout.yaml --jobs 64",
    "netdsl sweep dropout.yaml --jobs 4",
    "command",
)

NOT_MEASURED = Code(
    "E914",
    "the metric of a search or scheduler was not measured",
    "A search goes by one figure of each run, and a scheduler by one of each epoch, which must be there: "
    "`validation_accuracy` needs validation images, and so a `validation` above 0 in the recipe, or a "
    "validation part of the data.",
    "netdsl sweep rates.yaml  # recipe: {validation: 0}",
    "netdsl sweep rates.yaml  # recipe: {validation: 0.1}",
    "command",
)

NO_CLUSTER = Code(
    "E915",
    "the Ray cluster can't be used",
    "`--engine ray` connects to the cluster whose address is in the environment variable RAY_ADDRESS (`auto` "
    "for one that runs on this machine), or else starts one of this machine alone. The cluster must be "
    "running, with the same versions of Python and Ray, and this machine must be one of it. Where it asks "
    "for a token, that is in ~/.ray/auth_token, and RAY_AUTH_MODE is `token`.",
    "RAY_ADDRESS=10.0.0.5:6379 netdsl sweep dropout.yaml --engine ray  # nothing runs there",
    "ray start --head && RAY_ADDRESS=auto netdsl sweep dropout.yaml --engine ray",
    "command",
)

NO_SCHEDULER = Code(
    "E916",
    "the experiment's scheduler needs Ray",
    "`scheduler` has bad runs stopped before their end, which only Ray's engine does. Without it, every run "
    "would be trained to its end: that takes far longer than the file lets one expect, and gives another "
    "table. So it is not done without a word.",
    "netdsl sweep rates.yaml  # scheduler: {asha: {grace_epochs: 3}}",
    "netdsl sweep rates.yaml --engine ray",
    "command",
)

ALL: tuple[Code, ...] = (
    NOT_YAML,
    NOT_A_MAPPING,
    UNKNOWN_KEY,
    WRONG_TYPE,
    WRONG_VALUE,
    REPEATED_KEY,
    MISSING_KEY,
    REPEATED_NAME,
    CLASHING_KEYS,
    TOO_MANY_RUNS,
    NO_SUCH_RUN,
    OTHER_RUN,
    RUN_STOPPED,
    NOT_MEASURED,
    NO_CLUSTER,
    NO_SCHEDULER,
)
