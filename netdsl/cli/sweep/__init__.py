"""`netdsl sweep`, from its options to its table."""
