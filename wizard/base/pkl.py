"""Pkl string literals, both ways."""

import re

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
