"""`netdsl train FILE`."""

from __future__ import annotations

import sys

from netdsl.cli.shared.network import add_settings
from netdsl.cli.shared.numbers import positive
from netdsl.cli.shared.printing import print_findings
from netdsl.cli.train.carry_out import carry_out
from netdsl.cli.train.plan import make_plan
from netdsl.cli.train.recipe import add_recipe_keys
from netdsl.diagnostics.diagnostic import DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own arguments, and one for each key of a recipe."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a .net file, FILE.net:Net, or a packaged architecture"
    )
    add_settings(parser)
    parser.add_argument(
        "--data",
        metavar="DATA",
        help="a folder of images, a .npz or .parquet file, cifar10, cifar100, mnist, fashion_mnist, svhn, "
        "or shapes, which is drawn and needs no download (default)",
    )
    parser.add_argument("--data-dir", metavar="DIR", help="where named sets are kept and downloaded to")
    parser.add_argument(
        "--recipe", metavar="FILE", help="a YAML recipe; the one beside FILE is taken if there is one"
    )
    parser.add_argument("--out", metavar="DIR", help="the run folder (runs/NAME-N)")
    parser.add_argument(
        "--resume", metavar="RUN", help="go on with a run; of the recipe, only its length may be given anew"
    )
    parser.add_argument(
        "--runs",
        type=positive,
        metavar="N",
        help="train with N seeds; mean, deviation and interval",
    )
    parser.add_argument("--device", help="cpu, cuda, cuda:1, mps; the best there is if not given")
    parser.add_argument("--devices", type=positive, metavar="N", help="train in N processes, a device each")
    parser.add_argument(
        "--deterministic", action="store_true", help="equal runs to the bit, at some cost of speed"
    )
    parser.add_argument("--tensorboard", action="store_true", help="write TensorBoard's files too")
    parser.add_argument(
        "--show-batch", metavar="PNG", help="draw what the network would see in training, and stop"
    )
    add_recipe_keys(parser)


def run(options: Namespace) -> int:
    """Train; 1 where the network, the recipe or the data has errors."""
    if options.resume is None and options.file is None:
        print("netdsl train: name a FILE, or a run with --resume", file=sys.stderr)
        return 2
    try:
        plan = make_plan(options)
        if plan is None:
            return 1
        return carry_out(plan, options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
