"""Ways of spoiling an input."""
