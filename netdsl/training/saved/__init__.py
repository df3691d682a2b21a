"""What is done with the network of a run folder."""
