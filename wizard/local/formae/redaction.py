"""Formae configs as they may be shown: without the values of passwords and other secrets."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from wizard.local.formae.document import PklSyntaxError, Token, TokenKind, tokens

HIDDEN = '"(hidden)"'
NEW = '"(new, hidden)"'
_UNSEEN = "(only line endings or hidden values change)"
_UNREADABLE = "(not shown: this document cannot be read as Pkl)\n"

_SECRET = re.compile(
    r"(?:.*(?:password|passwd|passphrase|secret|token|credentials?|private_?key|api_?key|auth_?key)"
    r"|pw|connectionparams)",
    re.IGNORECASE,
)
_IN_COMMENT = re.compile(
    r"(?P<name>[\w$`\"'-]*(?:password|passwd|passphrase|secret|token|key)[`\"']?\]?\s*[=:]\s*)\S.*",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"(?P<before>://[^\s/:@\"]*:)[^\s/@\"]+(?=@)|(?P<scheme>\b(?:Bearer|Basic)\s+)[^\s\"]+",
    re.IGNORECASE,
)
"""A URL's password, or what an Authorization header carries, within a longer text."""
_DEPTH = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}


def redacted(text: str) -> str:
    """A config with the strings of every secret property masked, also in what is commented out.

    A document that cannot be cut into tokens is not shown at all.
    """
    return _masked(text, None)


def redacted_line(line: str) -> str:
    """A line of unknown text, such as a program's error output, without what a secret is set to."""
    return _within(_IN_COMMENT.sub(rf"\g<name>{HIDDEN}", line))


def _within(text: str) -> str:
    return _IN_TEXT.sub(r"\g<before>\g<scheme>(hidden)", text)


def diff(old: str, new: str, name: str = "formae.conf.pkl") -> str:
    """What changes, as a unified diff with secrets masked; empty where nothing changes.

    A secret of `new` that is not in `old` is marked as new, so that its line is in the diff.
    """
    if old == new:
        return ""
    before = redacted(old).splitlines()
    after = _masked(new, _secrets(old)).splitlines()
    lines = unified_diff(before, after, f"{name} (now)", f"{name} (after)", lineterm="")
    return "\n".join(lines) or _UNSEEN


def _masked(text: str, known: set[str] | None) -> str:
    """`known` are the secrets' literals that are not new; None where none is called new."""
    try:
        found = tokens(text)
    except PklSyntaxError:
        return _UNREADABLE
    secret = _secret_strings(found)
    return "".join(_shown(token, token.start in secret, known) for token in found)


def _shown(token: Token, secret: bool, known: set[str] | None) -> str:
    if token.kind is TokenKind.COMMENT:
        return redacted_line(token.text)
    if not secret:
        return _within(token.text) if token.kind is TokenKind.STRING else token.text
    return HIDDEN if known is None or token.text in known else NEW


def _secrets(text: str) -> set[str]:
    try:
        found = tokens(text)
    except PklSyntaxError:
        return set()
    secret = _secret_strings(found)
    return {token.text for token in found if token.start in secret}


def _secret_strings(found: list[Token]) -> set[int]:
    """Where the strings begin that are, or are part of, a secret's value."""
    code = [token for token in found if token.kind not in {TokenKind.SPACE, TokenKind.COMMENT}]
    starts: set[int] = set()
    for index, token in enumerate(code):
        if _names_secret(token):
            starts.update(t.start for t in _value(code, index + 1) if t.kind is TokenKind.STRING)
    return starts


def _names_secret(token: Token) -> bool:
    if token.kind is TokenKind.STRING:
        return _SECRET.fullmatch(token.text.strip('"#')) is not None
    return token.kind is TokenKind.NAME and _SECRET.fullmatch(token.text.strip("`")) is not None


def _value(code: list[Token], index: int) -> Iterator[Token]:
    """The tokens of the value assigned behind a name or a `["name"]`, if one is."""
    while index < len(code) and code[index].text in {"]", ":"}:
        index += 1 if code[index].text == "]" else _type_length(code, index)
    if index >= len(code) or code[index].text not in {"=", "{"}:
        return
    depth = 0 if code[index].text == "=" else 1
    for here in range(index + 1, len(code)):
        if depth == 0 and _begins(code, here):
            return
        depth += _DEPTH.get(code[here].text, 0)
        if depth < 0:
            return
        yield code[here]


def _begins(code: list[Token], here: int) -> bool:
    """Whether the value has ended: at a `;`, or where the next member or entry begins."""
    token, following = code[here], code[here + 1 : here + 4]
    if token.text == "[":
        return [t.text for t in following[1:]] == ["]", "="]
    if token.kind is not TokenKind.NAME or not following:
        return token.text == ";"
    if following[0].text == "=":
        return True
    before = code[here - 1].text
    return following[0].text in {"{", ":"} and before not in {"new", ".", "=", "else"}


def _type_length(code: list[Token], index: int) -> int:
    """How many tokens a `: Type` takes before its `=`; enough to end the search where none is."""
    for here in range(index + 1, min(index + 12, len(code))):
        if code[here].text == "=":
            return here - index
    return len(code)
