"""The protocol side of the language server: the one place that knows pygls and lsprotocol."""

from netdsl.editor.server.features import create_server

__all__ = ["create_server"]
