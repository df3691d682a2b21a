"""Steps to the lines of a `.net` file."""
