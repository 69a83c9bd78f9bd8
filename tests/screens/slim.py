"""Textual's picture of a screen in a third of the room, the same on every machine."""

import re

RECT = re.compile(
    r'<rect fill="([^"]*)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/>'
)
LEFT_OUT = (
    r"<!--.*?-->",
    r"@font-face \{.*?\}",  # a font from the net
    r'<clipPath id="[^"]*-line-\d+">.*?</clipPath>',
    r' clip-path="url\(#[^"]*-line-\d+\)"',
    r"<text [^>]*>\s*</text>",
    r' shape-rendering="crispEdges"',
)


def slim(svg: str) -> str:
    """Without web fonts, ids of the moment, and clipping of single lines."""
    for pattern in LEFT_OUT:
        svg = re.sub(pattern, "", svg, flags=re.DOTALL)
    svg = re.sub(r"\bterminal-\d+-", "terminal-", svg)
    svg = re.sub(r'(="\d+\.\d)\d+"', r'\1"', svg)
    svg = svg.replace("&#160;", "\u00a0")
    svg = svg.replace("<svg class=", '<svg xml:space="preserve" class=')
    lines = [_joined(line.strip()) for line in svg.splitlines() if line.strip()]
    return "\n".join(lines).replace("</text><text", "</text>\n<text") + "\n"


def _joined(line: str) -> str:
    """Neighbouring rectangles of one colour as one."""
    found = RECT.findall(line)
    if not found:
        return line
    rows: list[list[str]] = []
    for fill, x, y, width, height in found:
        last = rows[-1] if rows else None
        if last and (last[0], last[2]) == (fill, y):
            last[3] = f"{float(x) + float(width) - float(last[1]):g}"
        else:
            rows.append([fill, x, y, width, height])
    return "\n".join(
        f'<rect fill="{fill}" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        for fill, x, y, width, height in rows
    )
