"""From a name on the command line to the text of a file."""
