"""Imports torchvision's classifiers, and writes what came of it into docs/import.md."""
