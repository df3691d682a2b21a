"""E6xx: files and the command line."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import importing
from netdsl.diagnostics.diagnostic import Code

NOT_FOUND = Code(
    "E601",
    "no such file or packaged architecture",
    "FILE is the path of a `.net` file or the name of a packaged architecture; `netdsl list` prints those.",
    "netdsl check lenet55",
    "netdsl check lenet5",
    "command",
)
UNREADABLE = Code(
    "E602",
    "file that can't be read as text",
    "A `.net` file is UTF-8 text of at most 4 MiB. Binary files and files without read permission are "
    "refused, and so are YAML files: recipes and experiment files have commands of their own. `netdsl check` "
    "and `netdsl fmt` take a folder for the `.net` files in it and below; other commands want a file.",
    "netdsl check photo.jpg",
    "netdsl check lenet5.net",
    "command",
)
NO_SUCH_NET = Code(
    "E603",
    "file holds no such net",
    "`file.net:Name` selects a net of the file; without a name the first is taken. A file of blocks alone "
    "can be used by others but not run.",
    "block Body(channels) {\n    conv(channels, 3)\n}\n",
    "net Small {\n    input 3x32x32\n    Body(16)\n    flatten -> linear(10)\n}\n\n"
    "block Body(channels) {\n    conv(channels, 3)\n}\n",
)
BAD_USE = Code(
    "E604",
    "file that can't be used",
    '`use "blocks.net"` brings in another file\'s nets and blocks. The path is relative to the file and '
    "stays under its folder, or names a packaged file; files may not use each other in a circle.",
    'use "../../secret.net"\n\nnet Small {\n    input 3x32x32\n    flatten -> linear(10)\n}\n',
    'use "squeeze_excite.net"\n\nnet Small {\n    input 3x32x32\n    flatten -> linear(10)\n}\n',
)
BAD_SETTING = Code(
    "E605",
    "setting that can't be read",
    "`--set` takes `name=value`, where the value is any value of the language: `--set width=32`, "
    "`--set depths=[3,4,6,3]`, `--set act=leaky_relu(0.1)`.",
    "netdsl check lenet5 --set classes",
    "netdsl check lenet5 --set classes=100",
    "command",
)

BROKEN_LAYER = Code(
    "E606",
    "installed layer that can't be loaded",
    "An installed package offers a layer of this name by an entry point of the group `netdsl.layers`, but "
    "importing it fails, or it is no declaration. The label repeats what Python said; mend or uninstall the "
    "package.",
    "netdsl check own.net",
    "netdsl check own.net",
    "command",
)

UNWRITABLE = Code(
    "E607",
    "file that can't be written",
    "`netdsl fmt` and `netdsl check --fix` put a new text in a file's place, and `-o` names a file to write. "
    "They need leave to write in its folder, and room on the disk. A file that was there is as it was.",
    "netdsl fmt /read/only/folder/lenet5.net",
    "netdsl fmt --diff /read/only/folder/lenet5.net",
    "command",
)

BAD_CONFIG = Code(
    "E608",
    "configuration that can't be read",
    "`netdsl.toml`, or `[tool.netdsl]` of `pyproject.toml`, in the folder of the `.net` file or one above, "
    "says which lints run. Its keys are `select`, `ignore`, `severity`, `memory` and `batch-size`.",
    'ignore = ["pool-drop-edge"]',
    'ignore = ["W201"]',
    "toml",
)

REFUSED = Code(
    "E609",
    "network that torch can't run or write here",
    "Torch, or the library that writes the file, has refused: there may be too little memory, or the format "
    "lacks something that the network does. The message repeats what it said.",
    "netdsl summary vgg --batch-size 1000000",
    "netdsl summary vgg --batch-size 1",
    "command",
)

ALL: tuple[Code, ...] = (
    NOT_FOUND,
    UNREADABLE,
    NO_SUCH_NET,
    BAD_USE,
    BAD_SETTING,
    BROKEN_LAYER,
    UNWRITABLE,
    BAD_CONFIG,
    REFUSED,
    *importing.ALL,
)
