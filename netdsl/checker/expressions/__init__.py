"""From an expression to its value."""
