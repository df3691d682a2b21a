"""The kinds of inputs, a file each."""
