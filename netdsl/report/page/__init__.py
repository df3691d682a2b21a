"""Runs as one HTML page that opens offline: tables, curves, mistakes, filters. Imports no torch.

    write_page(page: Page, path: Path) -> Path      raises DiagnosticError

What needs the network and its images, such as the most confident mistakes,
is handed in as predictions.
"""
