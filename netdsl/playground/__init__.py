"""The playground: a page that shows a text's mistakes, shapes and diagram while it is written.

`service` answers the page's requests and needs the standard library alone,
so that it runs in the browser too; `server` serves the page on this machine,
and `export` writes it as files that need no server.
"""
