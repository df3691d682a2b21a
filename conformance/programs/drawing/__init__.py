"""Draws whole programs from the table of layers, so that a layer that is added there is drawn too."""
