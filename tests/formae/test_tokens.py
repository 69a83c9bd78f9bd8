"""Cutting Pkl into tokens, and the outline built on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.local.formae.document import Document, PklSyntaxError, TokenKind, tokens

PIECES = [
    '"',
    '"""',
    "#",
    "\\",
    "(",
    ")",
    "{",
    "}",
    "/*",
    "*/",
    "//",
    "\n",
    "\r\n",
    " ",
    "a",
    "=",
    "1.5",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_no_character_is_lost(text: str) -> None:
    try:
        found = tokens(text)
    except PklSyntaxError:
        return
    assert "".join(token.text for token in found) == text
    assert all(text.startswith(token.text, token.start) for token in found)


@given(st.lists(st.sampled_from([*PIECES, "cli", "new", "local", ";", ":", "when", "import"])))
def test_an_outline_is_made_or_refused(pieces: list[str]) -> None:
    text = " ".join(pieces)
    try:
        document = Document(text)
    except PklSyntaxError:
        return
    for member in document.top():
        assert document.string(member.whole).startswith(("local", "new", member.name[:1], "`"))


@pytest.mark.parametrize(
    "literal",
    [
        '"plain"',
        r'"quote \" and \\"',
        r'"\("inner \(1) }")"',
        r'"\(f("a", (1)))"',
        '"""\n  two "lines" \\""" {\n  """',
        r'#"raw \n " \("# ',
        r'#"\#(x + "}")"#',
        '##"a"# "##',
        '#"""\n " """ \n"""#',
        '""',
    ],
)
def test_a_string_is_one_token(literal: str) -> None:
    found = tokens(f"a = {literal.strip()} }}")
    assert [token.text for token in found if token.kind is TokenKind.STRING] == [literal.strip()]
    assert found[-1].text == "}"


@pytest.mark.parametrize(
    "comment", ["// a { \" '", "/// doc }", '/* { \n " */', "/* a /* b */ c */"]
)
def test_a_comment_is_one_token(comment: str) -> None:
    found = tokens(f"a = 1 {comment}\nb = 2")
    assert [token.text for token in found if token.kind is TokenKind.COMMENT] == [comment]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "', 1),
        ('\n\na = "x\ny"', 3),
        ('a = """\nx', 1),
        (r'a = "\(1', 1),
        ("/* /* */", 1),
        ("a {\n\n", 1),
        ("a }", 1),
        ("a { ( }", 1),
        ("\n)", 2),
        ('"\\(' * 300, 1),
    ],
)
def test_what_does_not_end_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PklSyntaxError) as told:
        Document(text)
    assert told.value.line == line


OUTLINE = r"""#!/usr/bin/env pkl
/// A doc comment
@ModuleInfo { minPklVersion = "0.25.0" }
amends "formae:/Config.pkl"
import "plugins:/Aws.pkl"
import "plugins:/AuthBasic.pkl" as Basic // import "no.pkl"
import* "x/*.pkl" as all
local const a: Mapping<String, Int>? = new { ["b"] = 1 }
local function cli2(c: Int): Int = if (c == 1) c else 2
typealias T = Int|String
class C extends D { cli: Int = 1 }
b = let (cli = 1) cli + 1
cli { theme = "x" } agent { server { port = 1 } } c = new T<A, B> { d = 1 }
d: Int
`e` = "x"; f = g
  .h
  ?? new Listing<Int> { 1 2 }
"""


def test_the_outline() -> None:
    document = Document(OUTLINE)
    amended = document.amended()
    assert amended is not None
    assert amended.uri == "formae:/Config.pkl"
    assert [(i.uri, i.name) for i in document.imports()] == [
        ("plugins:/Aws.pkl", "Aws"),
        ("plugins:/AuthBasic.pkl", "Basic"),
    ]
    members = [(m.name, m.local, m.amends) for m in document.top()]
    assert members == [
        ("a", True, False),
        ("b", False, False),
        ("cli", False, True),
        ("agent", False, True),
        ("c", False, False),
        ("d", False, False),
        ("e", False, False),
        ("f", False, False),
    ]
    values = {m.name: document.string(m.value) for m in document.top() if m.value}
    assert values["b"] == "let (cli = 1) cli + 1"
    assert values["c"] == "new T<A, B> { d = 1 }"
    assert values["e"] == '"x"'
    assert values["f"].endswith("{ 1 2 }")
