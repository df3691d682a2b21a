"""Calls that read each other's values to steps in a row, merges of branches and blocks."""
