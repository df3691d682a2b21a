"""The generated pages of the documentation, a file each; a template beside it has what is written by hand."""
