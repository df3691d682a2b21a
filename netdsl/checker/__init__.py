"""From syntax tree to checked network: names, parameters, expansion, and the shape of every value."""

from netdsl.checker.check import CheckResult, check_module, check_source, net_names
from netdsl.checker.loading.modules import gather_sources, load_module
from netdsl.checker.loading.packaged import find_file, packaged_folder
from netdsl.checker.loading.source import read_source

__all__ = [
    "CheckResult",
    "check_module",
    "check_source",
    "find_file",
    "gather_sources",
    "load_module",
    "net_names",
    "packaged_folder",
    "read_source",
]
