"""What a picture says, without what no two takes have in common: for telling a stale one."""

import html
import re
from collections import defaultdict

TEXT = re.compile(r'<text [^>]*? x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', re.DOTALL)
INHERENT = (
    (r"\d\d:\d\d", "00:00"),  # how long things took: as long as this machine needed
    (r"(\d+ to|up to) \d+ (min|s) left", "some time left"),  # reckoned from that
    (r"slower than usual · |stalled\? · ", ""),  # said of what took long on a busy machine
    (r" · usually [\w ]+ minutes?(?= *│)", ""),  # left out where the former is said
    (r"vpc-[0-9a-f]+", "vpc-0"),  # the stand-in's ids are as random as AWS's
    (r"[▁▂▃▄▅▆▇]", ""),  # a scrollbar's end: how long the log is
)
"""Patterns, and what stands for them."""


def rows(svg: str) -> list[str]:
    """The rows of a picture from above to below, each as one text; colours do not count."""
    found: dict[float, list[tuple[float, str]]] = defaultdict(list)
    for x, y, text in TEXT.findall(svg):
        found[float(y)].append((float(x), html.unescape(text).replace("\u00a0", " ")))
    return ["".join(text for _, text in sorted(found[y])) for y in sorted(found)]


def alike(text: str) -> str:
    """A text with everything inherent to one take put away."""
    for pattern, other in INHERENT:
        text = re.sub(pattern, other, text)
    return text


def parted(svg: str) -> tuple[list[str], list[str]]:
    """What a picture says beside its log, and the log's own lines.

    Which lines of the log are the last depends on which of several threads came first.
    """
    said = [alike(row).rstrip() for row in rows(svg)]
    begin = next((at for at, row in enumerate(said) if row.startswith("╭─ Log")), len(said))
    end = next((at for at in range(begin, len(said)) if said[at].startswith("╰")), len(said))
    return said[: begin + 1] + said[end:], [row.strip("│ ") for row in said[begin + 1 : end]]
