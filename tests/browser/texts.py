"""The files that the tests open."""

from __future__ import annotations

FILES = {
    "small.net": """# A small network.
net Small(width = 8, classes = 10) {
    input 3x16x16
    conv(width, 3) -> relu
    maxpool(2)
    conv(16, 3) -> relu
    flatten
    linear(classes)
}
""",
    "blocks.net": """net Blocks {
    input 8x16x16
    Unit(8)
    conv(4, 1) -> relu
    Unit(4)
    flatten -> linear(10)
}

block Unit(channels) {
    conv(channels, 3, padding=1) -> relu
    conv(channels, 3, padding=1) -> relu
}
""",
    "untidy.net": """net   Untidy{
  input 3x8x8
      conv( 8,3 )->relu
  flatten->linear( 10 )
}
""",
    # Whatever a file says, it stays text: in its comments, its messages, its strings.
    "markup.net": """# <img src=x onerror="document.title='hit'"> <b>bold</b> [link](javascript:alert(1))
net Markup(size = 8) {
    input (3, size, size)
    require size > 8, "<img src=x onerror=document.title='hit'><b>small</b>"
    Bold(4)
    flatten -> linear(10)
}

# <script>document.title = 'hit'</script><b>bold</b>
block Bold(channels) {
    conv(channels, 3) -> relu
}
""",
}
