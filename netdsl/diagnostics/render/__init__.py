"""One small renderer a format: text for people, JSON for programs, GitHub's annotations."""

from netdsl.diagnostics.render.github import render_github
from netdsl.diagnostics.render.json import diagnostic_to_dict, render_json
from netdsl.diagnostics.render.text import render_text

__all__ = ["diagnostic_to_dict", "render_github", "render_json", "render_text"]
