"""Opens a browser at an address that other people on this machine must not see."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

REDIRECTION = """<!DOCTYPE html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={address}">
<title>netdsl</title>
<p><a href="{address}">The page of netdsl play</a></p>
"""


@contextmanager
def browser_at(address: str) -> Iterator[None]:
    """Have a browser open an address; what leads it there is removed when the block ends.

    `ps` shows to everybody what a browser was started with. So that is not
    the address, but a file that leads to it and that this person alone can
    read.
    """
    import threading
    import webbrowser
    from tempfile import TemporaryDirectory

    try:
        folder = TemporaryDirectory(prefix="netdsl-play-", ignore_cleanup_errors=True)
        page = Path(folder.name) / "open.html"
        with open(os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(REDIRECTION.format(address=address))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        print(f"no browser is opened: {reason}; open the address above yourself", file=sys.stderr)
        yield
        return
    with folder:
        # A browser in the terminal is done only when its reader is.
        threading.Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()
        yield
