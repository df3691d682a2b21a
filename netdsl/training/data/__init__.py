"""Datasets: from a folder, a file, a name or a seed to tensors."""
