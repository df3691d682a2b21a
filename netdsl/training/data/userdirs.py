"""Where a user's caches and downloads go."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_cache() -> Path:
    """This program's folder in the user's cache, by the platform's custom; it need not exist yet."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "netdsl"
