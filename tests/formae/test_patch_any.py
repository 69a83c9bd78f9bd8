"""Patching configs that were put together at random."""

from hypothesis import given
from hypothesis import strategies as st

from tests.formae.test_patch import V88, V89, check
from tests.support.tiers import tried
from wizard.base.text import pkl_string
from wizard.local.formae.cli import Version
from wizard.local.formae.config import Connection
from wizard.local.formae.document import TokenKind, tokens
from wizard.local.formae.patch import patch

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['"', "\\", "\\(1+1)", "a\nb", "}", "//", '"""', "\\u{41}", "é✓"]
)
COMMENTS = st.sampled_from(
    ["", '// } " {\n', '/* { " */', "/* a\n /* b */ } */", '// cli { api { url = "no" } }\n']
)
GAPS = st.sampled_from([" ", "\n", "\n  ", "\n\t", "\n\n    ", " ; "])
LITERALS = st.one_of(
    TEXT.map(pkl_string),
    st.sampled_from(
        [
            '"\\("}" + "{")"',
            '#"\\(raw"#',
            '"""\n  x } "\n  """',
            '"a" + "b"',
            'read("prop:none") ?? "x"',
        ]
    ),
)
KNOWN_LITERALS = st.sampled_from(
    ['"rich"', '"qui\\("e")t"', '#"quiet"#', 'if (true) "rich" else "x"']
)

ADDRESS = st.lists(
    st.one_of(
        LITERALS.filter(lambda text: "read" not in text).map(lambda value: f"url = {value}"),
        st.integers(0, 65535).map(lambda port: f"port = {port}"),
        LITERALS.filter(lambda text: "read" not in text).map(lambda value: f"local x = {value}"),
    ),
    max_size=3,
    unique_by=lambda member: member.split("=")[0],
)
CREDENTIALS = st.tuples(TEXT, TEXT).map(
    lambda pair: [f"username = {pkl_string(pair[0])}", f"password = {pkl_string(pair[1])}"]
)


@st.composite
def block(draw: st.DrawFn, head: str, members: list[str]) -> str:
    """`head { members }` with gaps and comments of all kinds between them."""
    parts = [draw(st.sampled_from(["{", "\n{", "{\n"]))]
    for member in members:
        parts += [draw(GAPS), draw(COMMENTS), member]
    # A comment to the line's end is followed by a new line of its own.
    parts += [draw(GAPS), draw(COMMENTS), draw(st.sampled_from([" ", "\n"])), "}"]
    return f"{head} {''.join(parts)}"


@st.composite
def connected(draw: st.DrawFn, version: Version) -> str:
    """A `cli` block for this version, in any of the forms that it takes."""
    members = []
    auth = draw(block("auth = new AuthBasic.CliConfig", draw(CREDENTIALS)))
    address = draw(ADDRESS)
    form = draw(
        st.sampled_from(
            ["none", "api", "api+auth", "auth"] + ["new", "new+auth"] * (version is V89)
        )
    )
    if "api" in form:
        members.append(
            draw(block(draw(st.sampled_from(["api", "api =  new", "api=new ApiConfig"])), address))
        )
    if "new" in form:
        inner = [*address, *([auth] if "auth" in form else [])]
        members.append(draw(block("connection = new Classic", draw(st.permutations(inner)))))
    elif "auth" in form:
        members.append(auth)
    members += draw(st.lists(KNOWN_LITERALS.map(lambda value: f"theme = {value}"), max_size=1))
    members += draw(st.lists(st.just("disableUsageReporting = true"), max_size=1))
    return draw(
        block(
            draw(st.sampled_from(["cli", "cli = new", "cli=new CliConfig"])),
            draw(st.permutations(members)),
        )
    )


@st.composite
def configs(draw: st.DrawFn, version: Version) -> str:
    """A whole config for this version."""
    head = [
        draw(COMMENTS),
        'amends "formae:/Config.pkl"',
        draw(st.sampled_from(["\n", " // c\n", " /* c */ "])),
        'import "plugins:/AuthBasic.pkl" as AuthBasic',
    ]
    parts = [
        "agent { retry { maxRetries = 3 } }",
        'pluginDir = "~/x"',
        "local q = new Listing { 1; 2 }",
    ]
    parts = draw(st.lists(st.sampled_from(parts), unique=True))
    if draw(st.booleans()):
        parts.append(draw(connected(version)))
    for part in draw(st.permutations(parts)):
        head += [draw(st.sampled_from(["\n", "\n\n", " "])), draw(COMMENTS), part]
    return "".join([*head, draw(st.sampled_from(["", "\n", "\n// end"]))])


CONNECTIONS = st.builds(
    Connection,
    url=TEXT,
    port=st.integers(0, 65535),
    username=st.shared(st.none() | TEXT, key="user"),
    password=st.shared(st.none() | TEXT, key="user").flatmap(
        lambda user: st.none() if user is None else TEXT
    ),
)


def comments(text: str) -> list[str]:
    """All comments, but for how their lines are indented."""
    found = (token.text for token in tokens(text) if token.kind is TokenKind.COMMENT)
    return sorted(" ".join(comment.split()) for comment in found)


@tried(60)
@given(data=st.data(), version=st.sampled_from([V88, V89]), connection=CONNECTIONS)
def test_the_result_means_the_same_but_for_the_connection(
    data: st.DataObject, version: Version, connection: Connection
) -> None:
    check(data.draw(configs(version)), version, connection)


@tried(300)
@given(
    data=st.data(),
    version=st.sampled_from([V88, V89]),
    target=st.sampled_from([V88, V89]),
    connection=CONNECTIONS.filter(lambda connection: connection.auth),
)
def test_no_comment_is_lost_in_any_change_of_version(
    data: st.DataObject, version: Version, target: Version, connection: Connection
) -> None:
    text = data.draw(configs(version))
    patched = patch(text, target, connection)
    assert comments(patched) == comments(text)
    assert patch(patched, target, connection) == patched
    for kept in ("maxRetries = 3", 'pluginDir = "~/x"', "new Listing { 1; 2 }", "theme", "disable"):
        assert patched.count(kept) == text.count(kept)


@tried(200)
@given(data=st.data(), first=CONNECTIONS, second=CONNECTIONS, version=st.sampled_from([V88, V89]))
def test_only_the_last_connection_counts(
    data: st.DataObject, first: Connection, second: Connection, version: Version
) -> None:
    text = data.draw(configs(version))
    if first.auth == second.auth:
        again = patch(patch(text, version, first), version, second)
        assert again == patch(text, version, second)
