"""Text from elsewhere, made fit to be shown: it steers no terminal and tells no secret."""

import re
import textwrap

from wizard.base.secret import hide

_CONTROL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, places, reports
    r"|(?:\x1b[]PX^_]|[\x9d\x90\x98\x9e\x9f])"  # titles, the clipboard …
    r"[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # … to their end
    r"|\x1b[ -/]*[0-~]"  # other sequences
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"  # what is left of any
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # the direction of writing
    r"|[\u2028\u2029\ud800-\udfff]"  # lines of another kind, halves of characters
)
"""What steers a terminal, or turns the order of its letters about: sequences whole, or what is left
of them, since without its first byte one would be only noise."""
NARROWEST = 20
"""Columns that every text gets, however narrow the terminal is."""
BCRYPT = re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}")


def _letters(text: str) -> str:
    """Names of files whose letters Python did not know, for want of a locale, with their letters.

    Bytes that are no UTF-8 become one sign for what cannot be read.
    """
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text


def clean(text: str) -> str:
    """Text from elsewhere as one line that cannot steer the terminal and tells no secret."""
    return hide(_CONTROL.sub("", _letters(text).replace("\r", "").replace("\n", " / ")))


def clean_lines(text: str) -> str:
    """Text from elsewhere as lines that cannot steer the terminal and tell no secret."""
    return hide(_CONTROL.sub("", _letters(text)))


def hashless(text: str) -> str:
    """A text without bcrypt hashes."""
    return BCRYPT.sub("(hidden)", text)


def folded(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of at most `width` cells where words allow it; ARNs and addresses stay whole."""
    begin = text[: len(text) - len(text.lstrip())]
    lines = textwrap.wrap(
        text.strip(),
        max(width, NARROWEST),
        initial_indent=begin,
        subsequent_indent=begin + indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [""]
