"""Small edits of a Pkl document that leave everything else where and as it is."""

import re
from collections.abc import Callable

from wizard.local.formae.config import Lines, rendered
from wizard.local.formae.document import Body, Document, Member, TokenKind, tokens

_BLANK = " \t"


def newline(text: str) -> str:
    """The line ending that the document uses."""
    return "\r\n" if "\r\n" in text else "\n"


def unit(document: Document) -> str:
    """One step of the document's indentation: that of its first indented member, or two blanks."""
    for member in document.top():
        body = document.body(member)
        for inner in document.members(body) if body else []:
            found = document.indent(inner.whole.first)
            if found and _begins_line(document, inner.whole.first):
                return found
    return "  "


def add(document: Document, body: Body, lines: Lines) -> str:
    """The text with these lines as last members of the body."""
    return add_text(document, body, rendered(lines, unit(document), newline=newline(document.text)))


def add_text(document: Document, body: Body, member: str) -> str:
    """The text with a member, written as if at the line's very beginning, put into the body."""
    text, end = document.text, newline(document.text)
    close = document.code[body.close].start
    block = _indented(member, inner_indent(document, body))
    line = text.rfind("\n", 0, close) + 1
    if not text[line:close].strip(_BLANK):
        return text[:line] + block + end + text[line:]
    before = text[:close].rstrip(_BLANK)
    return before + end + block + end + document.indent(body.open) + text[close:]


def inner_indent(document: Document, body: Body) -> str:
    """How members of this body are indented."""
    for member in document.members(body):
        if _begins_line(document, member.whole.first):
            return document.indent(member.whole.first)
    return document.indent(body.open) + unit(document)


def put(document: Document, member: Member, value: str) -> str:
    """The text with another value for the member, which is written with `=` from then on."""
    text = document.text
    end = document.code[member.whole.last].end
    if member.value is not None and not member.amends:
        return text[: document.code[member.value.first].start] + value + text[end:]
    return f"{text[: document.code[member.whole.first].start]}{member.name} = {value}{text[end:]}"


def put_head(document: Document, member: Member, body: Body, head: str) -> str:
    """The text with another head, such as `api`, before the member's body, which stays."""
    text = document.text
    start = document.code[member.whole.first].start
    return text[:start] + head + " " + text[document.code[body.open].start :]


def cut(document: Document, member: Member) -> str:
    """The text without the member; its line goes too where nothing else is on it."""
    text, code = document.text, document.code
    start, last = code[member.whole.first].start, member.whole.last
    if last + 1 < len(code) and code[last + 1].text == ";":
        last += 1
    end = code[last].end
    line = text.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*(\r?\n|\Z)?").match(text, end)
    after = rest.end() if rest else end
    if not text[line:start].strip(_BLANK) and rest and rest[1] is not None:
        return text[:line] + text[after:]
    return text[:start] + text[end:].lstrip(_BLANK)


def lifted(document: Document, member: Member) -> str:
    """The member's own text, moved to the line's very beginning, ready for `add_text`."""
    indent = document.indent(member.whole.first)
    text = document.string(member.whole)
    return _each_line(text, lambda line: line.removeprefix(indent))


def append(text: str, lines: Lines) -> str:
    """The text with these lines behind it, after an empty line."""
    end = newline(text)
    gap = "" if text.endswith("\n") else end
    return f"{text}{gap}{end}{rendered(lines, unit(Document(text)), newline=end)}{end}"


def insert_line(document: Document, behind: int, line: str) -> str:
    """The text with a line of its own behind the line that token `behind` ends on."""
    text, end = document.text, newline(document.text)
    at = document.code[behind].end
    following = document.code[behind + 1].start if behind + 1 < len(document.code) else len(text)
    for token in document.all:
        if at <= token.start < following and "\n" in token.text and token.kind is TokenKind.SPACE:
            offset = token.start + token.text.index("\n") + 1
            return text[:offset] + line + end + text[offset:]
    return f"{text[:following].rstrip(_BLANK)}{end}{line}{end}{text[following:]}"


def cut_line(document: Document, token: int) -> str:
    """The text without the line that the token is on."""
    text, at = document.text, document.code[token].start
    end = text.find("\n", at)
    return text[: text.rfind("\n", 0, at) + 1] + (text[end + 1 :] if end >= 0 else "")


def _begins_line(document: Document, token: int) -> bool:
    start = document.code[token].start
    line = document.text.rfind("\n", 0, start) + 1
    return not document.text[line:start].strip(_BLANK)


def _indented(text: str, indent: str) -> str:
    return indent + _each_line(text, lambda line: indent + line if line.strip() else line)


def _each_line(text: str, change: Callable[[str], str]) -> str:
    """Change every line but the first; lines that begin inside a string are part of its value."""
    inside = [(t.start, t.end) for t in tokens(text) if t.kind is TokenKind.STRING]
    out, at = [], 0
    for number, line in enumerate(re.split(r"(?<=\n)", text)):
        in_string = any(start < at < end for start, end in inside)
        out.append(line if number == 0 or in_string else change(line))
        at += len(line)
    return "".join(out)
