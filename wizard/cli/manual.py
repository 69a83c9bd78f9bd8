"""How the help is laid out: paragraphs are filled, indented blocks stand as they are."""

from __future__ import annotations

import argparse
import shutil
import textwrap

WIDEST = 100


class Manual(argparse.HelpFormatter):
    """A page like a manual's: a short usage line, filled paragraphs, examples left alone."""

    def __init__(self, prog: str) -> None:
        width = min(shutil.get_terminal_size().columns, WIDEST) - 2
        super().__init__(prog, max_help_position=26, width=width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        parts = textwrap.dedent(text).strip("\n").split("\n\n")
        return "\n\n".join(self._part(part, width, indent) for part in parts)

    def _part(self, part: str, width: int, indent: str) -> str:
        if any(line.startswith(" ") for line in part.splitlines()):
            return textwrap.indent(part, indent)
        return super()._fill_text(part, width, indent)
