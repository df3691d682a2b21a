"""Random programs: what the check says of any of them is what torch does.

    python -m conformance.programs --count 100000 --seed 0

draws whole `.net` files, right ones and nearly right ones, from the table of layers; checks each; and runs
each by a second reading of the language's page that calls torch.nn itself. Where the check accepts, the
module must make the shapes, names, parameters, values and gradients that were said and that torch gives.
Where it refuses, torch, or the page, must refuse too, at the same place, but for the reasons in
`explained.py`.
"""
