"""A model of PyTorch to the text of a `.net` file that a person would have written.

`locate` finds the model, `trace` runs it once and writes its calls down,
`simplify` makes one call of what is one layer, `structure` finds chains,
branches and blocks, `blocks` unifies the uses of a class into a block with
parameters (`align` puts them side by side, `solve` says what varies), `lines`
writes them, and `verify` compares the result with the model.
"""
