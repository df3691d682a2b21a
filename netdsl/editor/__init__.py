"""The language server: what an editor asks of a text and a place in it.

`server` talks the protocol and is thin. All else is pure: a text and an
offset to an answer, without pygls, so that it is tested without a server.
"""
