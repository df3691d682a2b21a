"""A model of PyTorch, or an ONNX file, to the text of a `.net` file that a person would have written.

`locate` finds the model, `tracing` runs it once and writes its calls down,
`structuring` makes one call of what is one layer and finds chains, branches
and blocks, `blocks` unifies the uses of a class into a block with parameters,
`text` writes them, and `verify` compares the result with the model. An ONNX
file is made into a module first (`onnx`).
"""
