"""A Pkl document cut into tokens, and its outline: imports, members of blocks, and their places.

Tokens keep every character, so that a document can be edited in place. They are tolerant on
purpose: they know where strings, comments and brackets begin and end (by the Pkl language
reference) and leave the rest to Pkl. The outline finds where a property begins by what may stand
around a name, and takes everything up to the next member as its value; nothing is evaluated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from wizard.base.text import literal_value


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


_CLOSING = {"{": "}", "(": ")", "[": "]"}
_MODIFIERS = {"local", "const", "hidden", "fixed", "abstract", "open", "external"}
_NOT_OPERANDS = _MODIFIERS | {
    *("new", "if", "else", "let", "in", "is", "as", "throw", "trace", "read", "import"),
    *("amends", "extends", "class", "typealias", "function", "when", "for", "out"),
}
_KEYWORDS = _NOT_OPERANDS | {
    *("this", "module", "outer", "super", "null", "true", "false", "nothing", "unknown"),
}
_ENDS_OPERAND = {"}", ")", "]", "?", "!!", ">", ";"}
_INSIDE_TYPE = {":", "|", ".", "?.", "->", ",", "typealias"}


@dataclass(frozen=True)
class Span:
    """Whole tokens of the document: from token `first` to token `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class Member:
    """A property of a block. `value` is what stands behind `=`, or the body of `name { … }`."""

    name: str
    whole: Span
    value: Span | None
    local: bool
    amends: bool
    """Written `name { … }`, without `=`."""


@dataclass(frozen=True)
class Body:
    """A braced body: the tokens `{` and `}`. `made` is the class in `new made { … }`, if any."""

    open: int
    close: int
    made: str = ""


@dataclass(frozen=True)
class Import:
    """An import clause: the module and the name it goes by in this document."""

    uri: str
    name: str
    last: int


class Document:
    """A document and its outline. Raises PklSyntaxError where brackets do not match."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = tokens(text)
        self.code = [t for t in self.all if t.kind not in {TokenKind.SPACE, TokenKind.COMMENT}]
        self._closes = self._matched()

    def _matched(self) -> dict[int, int]:
        """Which token closes which opening bracket."""
        closes: dict[int, int] = {}
        waiting: list[int] = []
        for index, token in enumerate(self.code):
            if token.kind is not TokenKind.MARK:
                continue
            if token.text in _CLOSING:
                waiting.append(index)
            elif token.text in _CLOSING.values():
                if not waiting or _CLOSING[self.code[waiting[-1]].text] != token.text:
                    raise PklSyntaxError(f"`{token.text}` closes nothing", self.text, token.start)
                closes[waiting.pop()] = index
        if waiting:
            opened = self.code[waiting[-1]]
            raise PklSyntaxError(f"`{opened.text}` is not closed", self.text, opened.start)
        return closes

    def string(self, span: Span) -> str:
        """The text of these tokens and of what stands between them."""
        return self.text[self.code[span.first].start : self.code[span.last].end]

    def literal(self, span: Span | None) -> str | None:
        """The value of a plain string literal, or None for any other expression."""
        if span is None or span.first != span.last or span.last >= len(self.code):
            return None
        token = self.code[span.first]
        return literal_value(token.text) if token.kind is TokenKind.STRING else None

    def amended(self) -> Import | None:
        """The module this document amends, or None. (`amends` is a word of Pkl's own.)"""
        for index in self._flat(0, len(self.code)):
            uri = (
                self.literal(Span(index + 1, index + 1)) if self._text(index) == "amends" else None
            )
            if uri is not None:
                return Import(uri, "", index + 1)
        return None

    def imports(self) -> list[Import]:
        """The import clauses, `import*` apart."""
        found = []
        for index in self._flat(0, len(self.code)):
            uri = (
                self.literal(Span(index + 1, index + 1)) if self._text(index) == "import" else None
            )
            if uri is None:
                continue
            if self._text(index + 2) == "as":
                found.append(Import(uri, self._text(index + 3).strip("`"), index + 3))
            else:
                name = uri.rsplit("/", 1)[-1].removesuffix(".pkl")
                found.append(Import(uri, name, index + 1))
        return found

    def body(self, member: Member) -> Body | None:
        """The one braced body that is the member's whole value, or None for other values."""
        if member.value is None:
            return None
        first, last = member.value.first, member.value.last
        if self._text(first) == "new":
            opening = next((i for i in range(first, last) if self._text(i) == "{"), None)
        else:
            opening = first if self._text(first) == "{" else None
        if opening is None or self._closes[opening] != last:
            return None
        made = "".join(self._text(i) for i in range(first + 1, opening))
        return Body(opening, last, made)

    def top(self) -> list[Member]:
        """The properties that the module itself has, outside every block."""
        return self._members(0, len(self.code))

    def members(self, body: Body) -> list[Member]:
        """The properties directly in a body."""
        return self._members(body.open + 1, body.close)

    def bodies(self, members: list[Member], name: str) -> Iterator[Body]:
        """The braced bodies that properties of that name have among `members`."""
        found = (self.body(each) for each in members if each.name == name and not each.local)
        return (body for body in found if body is not None)

    def plain(self, members: list[Member], name: str, default: str | None) -> str | None:
        """What the property says as a plain literal (else None); `default` where there is none."""
        for member in members:
            if member.name == name and not member.local:
                return self.literal(member.value)
        return default

    def generated(self, body: Body) -> set[str]:
        """Names that stand in the body's `when`, `for` and spread members."""
        known = {i for m in self.members(body) for i in range(m.whole.first, m.whole.last + 1)}
        return {
            self._text(i)
            for i in range(body.open + 1, body.close)
            if i not in known and self.code[i].kind is TokenKind.NAME
        }

    def indent(self, token: int) -> str:
        """The white space that the token's line begins with."""
        line = self.text.rfind("\n", 0, self.code[token].start) + 1
        found = re.compile(r"[ \t]*").match(self.text, line)
        return found[0] if found else ""

    def _members(self, low: int, high: int) -> list[Member]:
        edges = [*self._starts(low, high), (high, -1)]
        found = []
        for (start, name), (following, _) in pairwise(edges):
            last = following - 1
            while last > start and self._text(last) == ";":
                last -= 1
            if name >= 0:
                found.append(self._member(start, name, last))
        return found

    def _member(self, start: int, name: int, last: int) -> Member:
        modifiers = {self._text(i) for i in range(start, name)}
        amends = self._text(name + 1) == "{"
        value: Span | None = None
        if amends:
            value = Span(name + 1, last)
        else:
            equals = next((i for i in self._flat(name, last + 1) if self._text(i) == "="), last)
            value = Span(equals + 1, last) if equals < last else None
        return Member(
            self._text(name).strip("`"), Span(start, last), value, "local" in modifiers, amends
        )

    def _starts(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Where members begin: (first token, token of the name; -1 for what is no property)."""
        begun = low
        for index in self._flat(low, high):
            text = self._text(index)
            if text in _MODIFIERS:
                continue
            first = index
            while first > max(low, begun) and self._text(first - 1) in _MODIFIERS:
                first -= 1
            if self._is_property(index, low):
                yield first, index
                begun = index
            elif self._is_other(index, low):
                yield first, -1
                begun = index

    def _is_property(self, index: int, low: int) -> bool:
        token, following = self.code[index], self._text(index + 1)
        if token.kind is not TokenKind.NAME or token.text in _KEYWORDS:
            return False
        if following == "=":
            return index == low or self._text(index - 1) not in _INSIDE_TYPE
        return following in {"{", ":"} and self._free(index, low)

    def _is_other(self, index: int, low: int) -> bool:
        """Whether something begins here that is a member but no property."""
        text, kind = self._text(index), self.code[index].kind
        if kind is TokenKind.MARK:
            spread = text in {"...", "...?"}
            return spread or (text in {"@", "["} and self._begins_line(index, low))
        if kind is not TokenKind.NAME:
            return False
        if text == "import":
            return self._text(index + 1).lstrip("#").startswith('"')
        return text in {"when", "for", "function", "class", "typealias"}

    def _free(self, index: int, low: int) -> bool:
        """Whether an expression or nothing has just ended, so that a member can begin here."""
        if index == low:
            return True
        before = self.code[index - 1]
        if before.kind is TokenKind.MARK:
            return before.text in _ENDS_OPERAND
        return before.text in _MODIFIERS or before.text not in _NOT_OPERANDS

    def _begins_line(self, index: int, low: int) -> bool:
        if index == low or self._text(index - 1) == ";":
            return True
        between = self.text[self.code[index - 1].end : self.code[index].start]
        return "\n" in between

    def _flat(self, low: int, high: int) -> Iterator[int]:
        """The tokens from low to high without the insides of brackets."""
        index = low
        while index < high:
            yield index
            index = self._closes.get(index, index) + 1

    def _text(self, index: int) -> str:
        return self.code[index].text if 0 <= index < len(self.code) else ""
