"""What a training runs on: the device, its memory, the other processes, and a wish to stop."""
