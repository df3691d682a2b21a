"""W5xx: lints about layers in an order that works against them, and statements that never run."""

from __future__ import annotations

from netdsl.diagnostics.catalogue.lint_maps import net
from netdsl.diagnostics.diagnostic import Code, Severity

SOFTMAX_LAST = Code(
    "W501",
    "softmax before a loss that has its own",
    "Cross-entropy, in `netdsl train` as in torch, takes scores and does the softmax itself. With another "
    "softmax before it, the scores are between 0 and 1, the loss can't come near zero, and training is "
    "slow and stops early. `netdsl predict` makes probabilities of scores.",
    net("input 3x32x32", "flatten -> linear(10) -> softmax"),
    net("input 3x32x32", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="softmax-last",
)
ACTIVATION_LAST = Code(
    "W502",
    "activation after the last linear layer",
    "The last linear layer makes the scores of the classes, which are of any size and sign. An activation "
    "after it cuts off or bends the negative ones: after a ReLU, a class whose score is negative gets "
    "no gradient. `tanh` and `sigmoid` are not reported, since there are outputs that are meant to be "
    "bounded.",
    net("input 3x32x32", "flatten -> linear(64) -> relu", "linear(10) -> relu"),
    net("input 3x32x32", "flatten -> linear(64) -> relu", "linear(10)"),
    severity=Severity.WARNING,
    name="activation-last",
)
NOTHING_BETWEEN = Code(
    "W503",
    "nothing nonlinear between two layers",
    "Two convolutions or linear layers with nothing but linear layers between can do no more than one: an "
    "activation is missing. Bottlenecks, where the first makes fewer channels than both what it takes and "
    "what the second makes, depthwise convolutions and kernels of one row or column are cut in two on "
    "purpose, and are not reported.",
    net("input 3x32x32", "conv(8, 3)", "conv(16, 3) -> relu", "flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 3) -> relu", "conv(16, 3) -> relu", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="nothing-between",
)
BIAS_BEFORE_NORM = Code(
    "W504",
    "bias before a batch normalization",
    "`bn` takes the mean of each channel off, and the bias with it: the bias has no effect, and its "
    "gradient is zero. `bias=false` saves the parameters. A step that is also used where no `bn` follows "
    "is not reported.",
    net("input 3x32x32", "conv(8, 3) -> bn -> relu", "flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 3, bias=false) -> bn -> relu", "flatten -> linear(10)"),
    severity=Severity.HINT,
    name="bias-before-norm",
)
DROPOUT_BEFORE_NORM = Code(
    "W505",
    "dropout before a batch normalization",
    "Dropout makes the variance larger in training than in evaluation, and `bn` keeps the training's for "
    "evaluation: the two don't fit (X. Li et al., \"Understanding the Disharmony between Dropout and Batch "
    'Normalization by Variance Shift", 2019). Put the dropout after the `bn`.',
    net("input 3x32x32", "conv(8, 3) -> relu -> dropout(0.3) -> bn", "flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 3) -> relu -> bn -> dropout(0.3)", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="dropout-before-norm",
)
NORM_AFTER_ACTIVATION = Code(
    "W506",
    "batch normalization after an activation",
    'S. Ioffe and C. Szegedy, "Batch Normalization", 2015, put it between the linear layer and the '
    "activation. Both orders are used, and which is better is not settled. Off by default.",
    net("input 3x32x32", "conv(8, 3) -> relu -> bn", "flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 3, bias=false) -> bn -> relu", "flatten -> linear(10)"),
    severity=Severity.HINT,
    name="norm-after-activation",
)
DEAD_BRANCH = Code(
    "W507",
    "statements that never run",
    "The condition is the same whatever values the parameters have, or one of the conditions before it "
    "has been the same: these braces are never chosen. So are those of a loop over nothing.",
    net("input 3x32x32", "let deep = false", "if deep { conv(8, 3) -> relu }", "flatten -> linear(10)"),
    net("input 3x32x32", "if deep { conv(8, 3) -> relu }", "flatten -> linear(10)").replace(
        "Small", "Small(deep = false)"
    ),
    severity=Severity.WARNING,
    name="dead-branch",
)

ALL: tuple[Code, ...] = (
    SOFTMAX_LAST,
    ACTIVATION_LAST,
    NOTHING_BETWEEN,
    BIAS_BEFORE_NORM,
    DROPOUT_BEFORE_NORM,
    NORM_AFTER_ACTIVATION,
    DEAD_BRANCH,
)
