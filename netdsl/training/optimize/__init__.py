"""What changes the weights: losses, optimizers, schedules, averages and precision, made from a recipe."""
