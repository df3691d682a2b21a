"""A run of a model to the calls of layers and merges that it was."""
