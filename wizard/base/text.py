"""Texts made fit for where they go: a terminal that they must not steer, or a Pkl document."""

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


_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

_UNNAMED = {escape[1]: char for char, escape in _NAMED.items()}

_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]+)\}|([\\\"nrt])|.)", re.DOTALL)


def pkl_string(text: str) -> str:
    r"""`text` as a Pkl string literal that evaluates to exactly `text`.

    The backslash is escaped, so `\(…)` interpolates nothing. Control characters, the two Unicode
    line separators and lone surrogates are written as `\u{…}`; everything else stays readable.
    """
    return '"' + "".join(_NAMED.get(char) or _plain(char) for char in text) + '"'


def _plain(char: str) -> str:
    code = ord(char)
    hidden = code < 0x20 or 0x7F <= code <= 0x9F or char in "\u2028\u2029\ufeff"
    return f"\\u{{{code:x}}}" if hidden or 0xD800 <= code <= 0xDFFF else char


def literal_value(literal: str) -> str | None:
    """The value of a string literal as written in a file; None where only Pkl can tell.

    Interpolated and multi-line literals are Pkl's to evaluate. Custom delimiters are understood.
    """
    hashes = len(literal) - len(literal.lstrip("#"))
    body = literal[hashes : len(literal) - hashes]
    if body.startswith('"""') or len(body) < len('""'):
        return None
    body = body[1:-1]
    if hashes:
        return None if "\\" + "#" * hashes in body else body
    return _unescaped(body)


def _unescaped(body: str) -> str | None:
    out, last = [], 0
    for found in _ESCAPE.finditer(body):
        code, name = found.groups()
        if name is None and (code is None or int(code, 16) > 0x10FFFF):
            return None
        out += [body[last : found.start()], _UNNAMED[name] if name else chr(int(code, 16))]
        last = found.end()
    return "".join([*out, body[last:]])
