"""The uses of a class to a block with parameters.

`align` puts the uses side by side, `solve` says what varies between them by
as few parameters as it takes, `naming` names these, and `inline` decides
which uses need no block.
"""
