"""Random programs of the language: steps, merges in merges, blocks in blocks, labels and readers of them.

Every program checks: channels are tracked while it is drawn, and no step changes the size of the map
unless it is told to at the end.
"""

from __future__ import annotations

from hypothesis import strategies as st

CHANNELS = (2, 4, 6)


class Writer:
    """Draws the lines of a program; `channels` are those of the value at the current place."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.blocks: list[str] = []
        self.labels = 0

    def pick(self, *choices: object) -> object:
        return self.draw(st.sampled_from(choices))

    def body(self, channels: int, depth: int, seen: dict[str, int]) -> tuple[list[str], int]:
        """Some statements, and the channels after them; `seen` are labels that may be read there."""
        lines: list[str] = []
        seen = dict(seen)
        for _ in range(self.draw(st.integers(0 if depth else 1, 3))):
            line, channels = self.statement(channels, depth, seen)
            if self.draw(st.integers(0, 3)) == 0:
                self.labels += 1
                # It names the step just written; a merge or a block becomes a module of its own.
                name = f"l{self.labels}"
                line, seen = f"{line} as {name}", {**seen, name: channels}
            lines.append(line)
        return lines, channels

    def statement(self, channels: int, depth: int, seen: dict[str, int]) -> tuple[str, int]:
        """One step."""
        kinds = [
            "conv",
            "layer",
            "layer",
            *(["read"] if seen else []),
            *(["merge", "merge", "block"] if depth < 3 else []),
        ]
        kind = self.pick(*kinds)
        if kind == "conv":
            made = int(str(self.pick(*CHANNELS)))
            return str(self.pick(f"conv({made}, 3, padding=1)", f"conv({made}, 1, bias=false)")), made
        if kind == "layer":
            return str(
                self.pick(
                    "relu", "bn", "tanh", "dropout(0.1)", "prelu(channels)", "layer_scale", "depthwise(1)"
                )
            ), channels
        if kind == "read":
            return self.reader(channels, seen)
        return self.merge(channels, depth, seen) if kind == "merge" else self.block(channels, depth)

    def reader(self, channels: int, seen: dict[str, int]) -> tuple[str, int]:
        """A merge of the value with a labelled one."""
        name = str(self.pick(*seen))
        if seen[name] == channels and self.draw(st.booleans()):
            return f"{self.pick('add', 'multiply')}({name})", channels
        # Narrowed again, so that programs stay small.
        return f"concat({name}) -> conv({channels}, 1)", channels

    def merge(self, channels: int, depth: int, seen: dict[str, int]) -> tuple[str, int]:
        """A merge of branches, some of them empty."""
        kind = str(self.pick("add", "multiply", "shake", "concat", "residual"))
        made = channels if self.draw(st.booleans()) else int(str(self.pick(*CHANNELS)))
        if kind == "residual":
            shortcut = "" if made == channels else f" shortcut {{ conv({made}, 1) }}"
            return f"residual {{\n{self.branch(channels, depth, seen, made)}\n}}{shortcut}", made
        branches = [self.branch(channels, depth, seen, made) for _ in range(self.draw(st.integers(2, 3)))]
        text = "\n".join(f"branch {{\n{each}\n}}" for each in branches)
        return f"{kind} {{\n{text}\n}}", made * len(branches) if kind == "concat" else made

    def branch(self, channels: int, depth: int, seen: dict[str, int], made: int) -> str:
        """Statements that make a map of so many channels."""
        lines, behind = self.body(channels, depth + 1, seen)
        return "\n".join([*lines, *([] if behind == made else [f"conv({made}, 1)"])])

    def block(self, channels: int, depth: int) -> tuple[str, int]:
        """A use of a block: a new one, or one of those there are, which take any channels."""
        if self.blocks and self.draw(st.booleans()):
            number = self.draw(st.integers(1, len(self.blocks)))
        else:
            # Blocks see no label of their user; what they make is made narrow again by a parameter.
            lines, _ = self.body(4, max(depth, 1) + 1, {})
            number = len(self.blocks) + 1
            text = "\n".join(["conv(4, 1)", *lines, "conv(out, 1)"])
            self.blocks.append(f"block B{number}(out) {{\n{text}\n}}")
        made = int(str(self.pick(*CHANNELS)))
        return f"B{number}({made})", made


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of a net and its blocks."""
    writer = Writer(draw)
    lines, _ = writer.body(4, 0, {})
    inits = draw(
        st.lists(
            st.sampled_from(("init(conv, kaiming_normal)", "init(bn, uniform)", "init(conv, orthogonal)")),
            max_size=2,
        )
    )
    end = draw(st.sampled_from(([], ["maxpool(2)"], ["avgpool(global) -> flatten -> linear(3)"])))
    return "\n".join(["net Drawn {", "input 4x6x6", *inits, *lines, *end, "}", *writer.blocks, ""])
