"""An ONNX file to a module that does the same, which is then imported as others are.

A file is nothing to be trusted: `wire` counts what is in it before it is
parsed, `tensors` checks each size before it is taken, and nothing in it is
run but operators that are known here. `graph` is what is left of it,
`fusion` makes one operator of what exporters take apart, `scopes` says which
nodes belonged to one module, `network` runs the nodes by torch, and
`agreement` compares the result with a runtime for ONNX.
"""
