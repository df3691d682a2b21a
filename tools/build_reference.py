"""Writes docs/layers.md, docs/diagnostics.md, docs/recipes.md and tables of other pages from the code.

python tools/build_reference.py            write the pages
python tools/build_reference.py --check    exit with 1 where a page is not what would be written
"""

from __future__ import annotations

import sys

from reference.diagnostics import diagnostics_page, lints_table
from reference.experiments import experiments_page
from reference.language import language_page
from reference.layers import layers_page
from reference.pages import DOCS, filled
from reference.recipes import recipes_page


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "layers.md": layers_page(),
        "diagnostics.md": diagnostics_page(),
        "recipes.md": recipes_page(),
        "language.md": language_page(),
        "experiments.md": experiments_page(),
        "toolchain.md": filled("toolchain.md", {"lints": lints_table()}),
    }


def main() -> int:
    """Write the pages, or with `--check` compare them."""
    code = 0
    for name, text in pages().items():
        path = DOCS / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"docs/{name} is out of date; run python tools/build_reference.py", file=sys.stderr)  # noqa: T201
            code = 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())
