"""What can become of a part of a network that is compared with another one."""

from __future__ import annotations

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
# Written as before, and of another shape because of what is above it.
FOLLOWS = "follows"
