"""The keys of a recipe, a file a section."""
