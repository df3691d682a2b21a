"""Colours and letters of the pictures, light and dark, as style sheets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Names of classes and what they set: for light pages, and for dark ones.
LIGHT = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "quiet": "#656d76",
    "line": "#57606a",
    "skip": "#b35900",
    "border": "#c4ccd4",
    "header": "#eef1f4",
    "shades": ("#ffffff", "#eef5fc", "#d6e8f9", "#b3d4f2", "#86bae8", "#56a0dd"),
    "frames": ("#fafbfc", "#ffffff"),
    "added": ("#d6f0e6", "#00714f"),
    "removed": ("#fbe2d5", "#a8400a"),
    "changed": ("#dde9fb", "#2459a9"),
    "volumes": ("#ffffff", "#8fbfe8", "#f0a58f", "#9fd3a5", "#b9a7e6", "#f0d48a", "#d9dee3"),
}
DARK = {
    "paper": "#0d1117",
    "ink": "#e6edf3",
    "quiet": "#9aa4af",
    "line": "#8b949e",
    "skip": "#f0a35e",
    "border": "#3d444d",
    "header": "#1c232c",
    "shades": ("#161b22", "#13243a", "#14305a", "#17407c", "#1a52a0", "#1f66c7"),
    "frames": ("#11161d", "#0d1117"),
    "added": ("#0f3b2e", "#3fc39a"),
    "removed": ("#4a2413", "#f0935a"),
    "changed": ("#172f54", "#7fb0f5"),
    "volumes": ("#aab4be", "#2f6fad", "#b5543c", "#3f8a4a", "#6e57b8", "#a5822a", "#4b545e"),
}
FIXED = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
PLAIN = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'DejaVu Sans','Liberation Sans',sans-serif"


def style_sheet() -> str:
    """The rules of a picture; dark ones where the reader prefers them, light ones in print."""
    letters = (
        f"text{{font-family:{FIXED};font-size:11px}}"
        f".sans{{font-family:{PLAIN}}}"
        ".title{font-size:18px;font-weight:600}"
        ".small{font-size:10px}"
        ".name{font-weight:600}"
        "polyline{fill:none;stroke-width:1.4;stroke-linejoin:round}"
        "rect{stroke-width:1}polygon{stroke-linejoin:round}"
        ".middle{text-anchor:middle}.end{text-anchor:end}"
    )
    return letters + _both(_rules)


def marks_style_sheet() -> str:
    """The rules of what a picture of a difference marks: what went is dashed, what came is strong."""
    lines = (
        ".m-added,.m-added-edge,.m-changed,.m-changed-edge{stroke-width:1.4}"
        ".m-removed,.m-removed-edge{stroke-width:1.4;stroke-dasharray:5 3}"
        "polyline.added{stroke-width:2.2}polyline.removed{stroke-dasharray:5 3}"
    )
    return lines + _both(_mark_rules)


def _both(rules: Callable[[Mapping[str, Sequence[str]]], str]) -> str:
    """The rules of the light theme, and those of the dark one for who prefers it on a screen."""
    return rules(LIGHT) + f"@media screen and (prefers-color-scheme:dark){{{rules(DARK)}}}"


def _mark_rules(theme: Mapping[str, Sequence[str]]) -> str:
    rules = [f".m-same,.m-follows{{fill:{theme['shades'][0]}}}"]
    for mark in ("added", "removed", "changed"):
        fill, ink = theme[mark]
        rules.append(f".m-{mark}{{fill:{fill}}}.m-{mark},.m-{mark}-edge,polyline.{mark}{{stroke:{ink}}}")
        rules.append(f".sign-{mark},.{mark}-head{{fill:{ink}}}")
    rules.append(f".m-follows{{stroke:{theme['changed'][1]}}}.sign-follows{{fill:{theme['changed'][1]}}}")
    return "".join(rules)


def page_style_sheet() -> str:
    """The rules of a page around a picture, which has its own."""
    page = (
        f"body{{margin:16px 20px;font:15px/1.5 {PLAIN}}}"
        "h1{font-size:22px;margin:0 0 4px}p{margin:2px 0}"
        ".legend{font-size:13px;margin-top:10px}.legend span{white-space:nowrap;margin-left:8px}"
        ".buttons{margin:10px 0}"
        "button{font:inherit;padding:5px 12px;border-radius:6px;border:1px solid;cursor:pointer}"
        ".picture{overflow-x:auto}.picture svg{display:block;margin:0 auto}"
        ".frame{cursor:pointer}.frame:focus{outline:none}.frame:focus-visible .box{stroke-width:2.5}"
        ".open>.shut,.open .summary,.closed>.bar,.closed>.f0,.closed>.f1{display:none}"
        "@media print{.buttons{display:none}.picture{overflow:visible}"
        ".picture svg{max-width:100%;height:auto}}"
    )
    return page + _both(_page_rules)


def _page_rules(theme: Mapping[str, Sequence[str]]) -> str:
    return (
        f"body{{background:{theme['paper']};color:{theme['ink']}}}p{{color:{theme['quiet']}}}"
        f"button{{background:{theme['header']};color:{theme['ink']};border-color:{theme['border']}}}"
    )


def _rules(theme: Mapping[str, Sequence[str]]) -> str:
    shades, frames, volumes = theme["shades"], theme["frames"], theme["volumes"]
    rules = [
        f".paper{{fill:{theme['paper']}}}",
        f"text{{fill:{theme['ink']}}}",
        f".quiet{{fill:{theme['quiet']}}}",
        f"polyline{{stroke:{theme['line']}}}",
        f".head{{fill:{theme['line']}}}",
        f".skip{{stroke:{theme['skip']}}}",
        f".skip-head{{fill:{theme['skip']}}}",
        f"rect{{stroke:{theme['border']}}}",
        f".bar{{fill:{theme['header']}}}",
        *(f".s{step}{{fill:{color}}}" for step, color in enumerate(shades)),
        *(f".f{level}{{fill:{color}}}" for level, color in enumerate(frames)),
        f"polygon{{stroke:{theme['border']}}}",
        *(f".v{kind} .front{{fill:{color}}}" for kind, color in enumerate(volumes)),
        *(f".v{kind} .lit{{fill:{_mixed(color, '#ffffff', 40)}}}" for kind, color in enumerate(volumes)),
        *(f".v{kind} .dim{{fill:{_mixed(color, '#24292f', 14)}}}" for kind, color in enumerate(volumes)),
    ]
    return "".join(rules)


def _mixed(color: str, other: str, percent: int) -> str:
    """A colour with so much of another in it."""
    parts = (
        (int(color[at : at + 2], 16) * (100 - percent) + int(other[at : at + 2], 16) * percent) // 100
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)
