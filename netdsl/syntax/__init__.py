"""Text to syntax tree, spans kept. Knows no layer."""
