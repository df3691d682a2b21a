"""Networks written by hand in plain PyTorch, as their sources have them: what the `.net` files must equal."""
