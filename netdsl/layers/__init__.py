"""The one table of layers, a file a family: options, shapes, parameters, and what torch calls them."""
