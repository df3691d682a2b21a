"""What is asked and tried before a training starts."""
