"""The language once more, written from its page alone and run by torch: what the checker is compared with.

It reads the same syntax tree and the same table of option names, and nothing else of netdsl: no shape rule,
no constructor, no node of a network. A layer is the call of torch.nn that a person would write, on tensors.
"""
