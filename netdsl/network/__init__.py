"""The checked network: an immutable tree of typed nodes; everything after the check reads only this."""

from netdsl.network.nodes import Initialization, LayerNode, Network, Node, ScopeNode

__all__ = ["Initialization", "LayerNode", "Network", "Node", "ScopeNode"]
