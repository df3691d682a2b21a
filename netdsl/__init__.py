"""netdsl: a small language for neural-network architectures, its compiler and a trainer.

Importing this package costs nothing: torch is imported when a network is built.
"""

from __future__ import annotations

__version__ = "0.1.0"
