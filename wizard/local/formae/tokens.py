"""Cuts a Pkl document into tokens, keeping every character, so that it can be edited in place.

Tolerant on purpose: it knows where strings, comments and brackets begin and end and leaves the
rest to Pkl. The lexical rules are those of the Pkl language reference.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto


class TokenKind(Enum):
    """What a token is; a whole string literal, interpolations and all, is one token."""

    SPACE = auto()
    COMMENT = auto()
    STRING = auto()
    NAME = auto()
    NUMBER = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the document: `text` stands at `start`."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)


class PklSyntaxError(Exception):
    """The document cannot be followed; `line` is where (from 1)."""

    def __init__(self, problem: str, text: str, offset: int) -> None:
        self.problem = problem
        self.line = text.count("\n", 0, offset) + 1
        super().__init__(f"{problem} (line {self.line})")


_QUOTE = re.compile(r'(?P<hashes>#*)(?P<quote>"""|")')
_SIMPLE: tuple[tuple[TokenKind, re.Pattern[str]], ...] = (
    (TokenKind.SPACE, re.compile(r"[\s\ufeff]+")),
    (TokenKind.COMMENT, re.compile(r"//[^\r\n]*")),
    (TokenKind.NAME, re.compile(r"(?:[^\W\d]|\$)[\w$]*|`[^`\r\n]+`")),
    (TokenKind.NUMBER, re.compile(r"\d\w*(?:\.\d\w*)?")),
    (TokenKind.MARK, re.compile(r"\.\.\.\??|==|!=|<=|>=|->|\?\.|\?\?|!!|\|>|&&|\|\||.", re.DOTALL)),
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_MOST_NESTED = 100


def tokens(text: str) -> list[Token]:
    """Every token of `text`, in order and without gaps.

    Raises PklSyntaxError for a string, a comment or an interpolation that does not end.
    """
    found, at = [], 0
    if text.startswith("#!"):
        at = len(text.split("\n", 1)[0])
        found.append(Token(TokenKind.COMMENT, text[:at], 0))
    while at < len(text):
        token = _token(text, at, 0)
        found.append(token)
        at = token.end
    return found


def _token(text: str, at: int, depth: int) -> Token:
    if text.startswith("/*", at):
        return Token(TokenKind.COMMENT, text[at : _comment_end(text, at)], at)
    quote = _QUOTE.match(text, at)
    if quote is not None:
        return Token(TokenKind.STRING, text[at : _string_end(text, quote, depth)], at)
    for kind, pattern in _SIMPLE:
        simple = pattern.match(text, at)
        if simple is not None:
            return Token(kind, simple[0], at)
    raise AssertionError("the last pattern takes any character")


def _comment_end(text: str, at: int) -> int:
    """Behind the block comment at `at`; such comments nest."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, at):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    raise PklSyntaxError("a comment does not end", text, at)


def _string_end(text: str, opening: re.Match[str], depth: int) -> int:
    """Behind the string literal that begins with `opening`."""
    hashes, quote = opening["hashes"], opening["quote"]
    closing, escape = quote + hashes, "\\" + hashes
    at = opening.end()
    while at < len(text):
        if text.startswith(closing, at):
            return at + len(closing)
        if text.startswith(escape, at):
            at += len(escape)
            at = _interpolation_end(text, at, depth + 1) if text.startswith("(", at) else at + 1
        elif text[at] in "\r\n" and quote == '"':
            break
        else:
            at += 1
    raise PklSyntaxError("a string does not end", text, opening.start())


def _interpolation_end(text: str, at: int, depth: int) -> int:
    """Behind the parenthesis that closes the one at `at`."""
    if depth > _MOST_NESTED:
        raise PklSyntaxError("strings are nested too deeply", text, at)
    open_, here = 0, at
    while here < len(text):
        token = _token(text, here, depth)
        here = token.end
        open_ += {"(": 1, ")": -1}.get(token.text, 0)
        if open_ == 0:
            return here
    raise PklSyntaxError("an interpolation does not end", text, at)
