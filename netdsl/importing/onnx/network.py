"""The nodes of an ONNX file as a module of torch."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

import torch
from torch import Tensor, nn

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.reason import first_line
from netdsl.importing.model import Place, Scope
from netdsl.importing.onnx.folding import folded
from netdsl.importing.onnx.graph import Graph, Node
from netdsl.importing.onnx.naming import path_of, placed
from netdsl.importing.onnx.operators import OPERATORS
from netdsl.importing.onnx.scopes import Scopes
from netdsl.importing.onnx.steps import Step
from netdsl.importing.problems import fail
from netdsl.importing.tracing.reading import NoLayerError
from netdsl.importing.tracing.where import Sourced

BATCH = 2


class OnnxNetwork(Sourced):
    """Runs the nodes one by one; those with weights are modules of torch, made when they first run.

    `batch` is that of the file, None where it leaves it open.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.constants = graph.constants
        self.graph = folded(self)
        self.batch = graph.shape[0] if graph.shape else None
        self.scopes = Scopes(self.graph.nodes)
        self.current: Node | None = None
        self.is_preparing = False
        self.names: dict[str, str] = {}
        self.paths: dict[int, str] = {}
        self.weight_users: dict[str, int] = {}
        self.last_uses = {name: node.number for node in self.graph.nodes for name in node.inputs}

    def forward(self, x: Tensor) -> Tensor:
        """The value of the output."""
        values = {self.graph.input: x}
        for node in self.graph.nodes:
            self.current = node
            self.run(node, values)
        if self.graph.output not in values:
            raise NoLayerError(f"`{self.graph.output[:60]}` does not come from the input")
        return values[self.graph.output]

    def run(self, node: Node, values: dict[str, Tensor]) -> None:
        """One node; values that nobody reads any more are dropped."""
        operator = OPERATORS.get(node.operator)
        if operator is None:
            raise NoLayerError(f"no layer does what `{node.operator}` does")
        made = operator(Step(self, node, values))
        given = (made,) if isinstance(made, Tensor) else made
        values.update(zip(node.outputs, given, strict=False))
        for name in node.inputs:
            if self.last_uses[name] == node.number and name != self.graph.output:
                values.pop(name, None)

    def layer(self, node: Node, make: Callable[[], nn.Module], x: Tensor) -> Tensor:
        """The module of a node on a value."""
        if node.number not in self.paths:
            self.claim(node)
            self.paths[node.number] = placed(self, path_of(node), f"node{node.number}", make())
        module = self.get_submodule(self.paths[node.number])
        learned = next(module.parameters(), None)
        if x.is_meta and learned is not None and not learned.is_meta:
            module = copy.deepcopy(module).to("meta")
        made: Tensor = module(x)
        return made

    def claim(self, node: Node) -> None:
        """Raise where another node has the same matrix, as a layer that is used twice would."""
        for name in node.inputs[1:]:
            constant = self.constants.get(name)
            if constant is not None and constant.dim() > 1 and constant.is_floating_point():
                if name in self.weight_users:
                    raise NoLayerError(f"`{name[:60]}` is the weight of two nodes")
                self.weight_users[name] = node.number

    def learned(self, name: str) -> Tensor:
        """A constant that is a parameter of the network itself."""
        if name not in self.names:
            base = re.sub(r"\W", "_", name)[:60] or "constant"
            self.names[name] = (
                base if base.isidentifier() and not hasattr(self, base) else f"constant_{len(self.names)}"
            )
            self.register_parameter(self.names[name], nn.Parameter(self.constants[name], requires_grad=False))
        parameter = self.get_parameter(self.names[name])
        return parameter.to("meta") if self.is_preparing else parameter

    def prepare(self, shape: tuple[int, ...]) -> None:
        """Make the modules, by a run on a value without numbers; raises `DiagnosticError`."""
        self.is_preparing = True
        try:
            with torch.no_grad():
                made = self(torch.empty((self.batch or BATCH, *shape), device="meta"))
        except NoLayerError as error:
            fail(codes.NO_LAYER, str(error), "no layer says this", self.place())
        except (RuntimeError, ValueError, LookupError, TypeError, ArithmeticError) as error:
            fail(codes.NOT_RUN, "the node can't run on what flows into it", first_line(error), self.place())
        self.is_preparing = False
        if not made.is_meta:
            fail(
                codes.NOT_RUN,
                "what the model gives does not come from its input",
                "no layer made it",
                self.place(),
            )

    def scope(self) -> Scope | None:
        """The module that the node belonged to."""
        return self.scopes.of(self.current) if self.current is not None else None

    def place(self) -> Place:
        """The node that runs."""
        return Place(self.current.title if self.current is not None else "")
