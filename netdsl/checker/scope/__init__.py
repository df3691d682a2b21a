"""Where a statement runs: names, values, and the module that is being built."""
