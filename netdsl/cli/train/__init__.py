"""`netdsl train`, from its options to its exit code."""
