"""What the campaigns found while they were made: all of it is mended, and held by tests."""

from __future__ import annotations

MISTAKES = (
    "A mistake in a long loop was explained anew in every turn, and installed packages were searched "
    "each time: `repeat 20000 { cnov(3) }` took more than a minute. The check now ends where the same "
    "mistakes were met 200 times again, and looks for installed layers once.",
    "Layers that hold each other twice, sixty deep, were written out and compared in full, which "
    "never ended. They are now cut where a message has no room, and each pair is compared once.",
    "100,000 steps took 3 to 6 seconds, and 20,000 of a Swin Transformer more than one of a busy machine. "
    "There are now 12,000 of them, and 250,000 evaluations.",
    "Each of any number of `use` lines could be a finding, and each line of a recipe. There are now 50.",
    "Control characters of a text came into messages, where a terminal obeys them; half a character "
    "in a comment broke the rendering of Python source.",
    "`!!bool maybe`, `!!int ''` and `!!timestamp x` in YAML were tracebacks; names that stand for "
    "lists of names were written out. YAML now has the core schema alone, and 20,000 values.",
    "A recipe named by an experiment file could be a device without an end.",
    "A `.npz` file was unpacked as far as its header said. Sizes are now held against the archive and "
    "the memory that is available, which heeds `ulimit -v`, before anything is unpacked.",
    "JSON that is nested deeply, in a checkpoint, a run folder or a cache of images, was a traceback.",
    "A cache of decoded images was believed whatever its shape, and a run folder that is resumed "
    "could name a network outside of it.",
    "Pillow tried every format it knows, among them one for which it starts another program; a named "
    "pipe among the images was waited for; an image could have 179 million pixels. There are now "
    "seven formats, regular files alone, and 89 million pixels.",
    "A parquet file could say that it has more rows than it has.",
    "Nodes of an ONNX file without the inputs that their operator takes, an output that the file alone "
    "makes, an axis that is added twice, a single number of bfloat16, names that are not UTF-8, and a batch "
    "of two thousand million images were tracebacks.",
    "A thousand strides of 2 make a receptive field that no float holds, which was a traceback. It now "
    "ends at 2^53.",
    "A configuration of lints that is nested deeply, or has a number of thousands of digits, was a "
    "traceback, and a key of 100,000 parts took minutes.",
)
