"""From syntax tree to checked network: names, parameters, expansion, and the shape of every value."""

from netdsl.checker.check import CheckResult, check_module, check_source, net_names
from netdsl.checker.files import find_file, gather_sources, load_module, packaged_folder, read_source

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
