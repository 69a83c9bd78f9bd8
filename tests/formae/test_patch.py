"""Our connection in configs of other people: nothing else of them is lost."""

from textwrap import dedent

import pytest

from tests.support.pkl import evaluate
from tests.support.tiers import unsampled
from wizard.base.errors import WizardError
from wizard.local.formae.cli import Version
from wizard.local.formae.config import Connection, connection_config
from wizard.local.formae.patch import patch

V88 = Version.parse("0.88.1")
V89 = Version.parse("0.89.0")
OPEN = Connection("https://h.example", 443)
AUTH = Connection("https://h.example", 443, "ops", "s3cret")

OLD = """\
// mine
amends "formae:/Config.pkl" // the schema

import "plugins:/Aws.pkl" as Aws // keep

agent { discovery { enabled = false } }

cli {
    theme = "rich" // nice
    // the office agent
    api {
        // by VPN
        url = "http://old.example" // was here
        port = 49684
    }
    auth = new AuthBasic.CliConfig {
        // of Ann
        username = "ann" // her
        password = "oldpw"
    }
}
// the end
"""
OLD = OLD.replace("// keep\n", '// keep\nimport "plugins:/AuthBasic.pkl" as AuthBasic\n')

PATCHED_OLD = OLD.replace('"http://old.example"', '"https://h.example"')
PATCHED_OLD = PATCHED_OLD.replace("port = 49684", "port = 443").replace('"ann"', '"ops"')
PATCHED_OLD = PATCHED_OLD.replace('"oldpw"', '"s3cret"')

PATCHED_NEW = """\
// mine
amends "formae:/Config.pkl" // the schema

import "plugins:/Aws.pkl" as Aws // keep
import "plugins:/AuthBasic.pkl" as AuthBasic

agent { discovery { enabled = false } }

cli {
    theme = "rich" // nice
    // the office agent
    connection = new Classic {
        // by VPN
        url = "https://h.example" // was here
        port = 443
        auth = new AuthBasic.CliConfig {
            // of Ann
            username = "ops" // her
            password = "s3cret"
        }
    }
}
// the end
"""


def test_the_values_change_and_nothing_else() -> None:
    assert patch(OLD, V88, AUTH) == PATCHED_OLD


def test_the_old_form_becomes_the_new_one_with_its_comments() -> None:
    assert patch(OLD, V89, AUTH) == PATCHED_NEW


def test_the_new_form_becomes_the_old_one_with_its_comments() -> None:
    assert patch(PATCHED_NEW, V88, AUTH) == PATCHED_OLD
    assert patch(patch(PATCHED_NEW, V88, AUTH), V89, AUTH) == PATCHED_NEW


def test_a_credential_for_another_agent_is_not_left() -> None:
    for version in (V88, V89):
        patched = patch(OLD, version, OPEN)
        assert "oldpw" not in patched
        assert "auth" not in patched.split("cli {")[1]


@pytest.mark.parametrize("text", ["", "  \n\n", "\n"])
@pytest.mark.parametrize("connection", [OPEN, AUTH])
@pytest.mark.parametrize("version", [None, V88, V89], ids=str)
def test_nothing_becomes_the_fresh_document(
    text: str, connection: Connection, version: Version | None
) -> None:
    fresh = connection_config(
        version, connection.url, connection.port, connection.username, connection.password
    )
    assert patch(text, version, connection) == fresh
    assert patch(fresh, version, connection) == fresh


def test_comments_alone_are_kept_before_the_fresh_document() -> None:
    patched = patch("// a note\n/* and\n another */", V88, OPEN)
    assert patched.startswith('// a note\n/* and\n another */\namends "formae:/Config.pkl"\n')
    evaluate(patched)


STUB = """\
amends "formae:/Config.pkl"   // the schema
// import "plugins:/Aws.pkl" as Aws   // some day

//   cli { connection = new Classic { url = "http://no" } }
"""


@pytest.mark.parametrize("version", [V88, V89], ids=str)
def test_a_config_without_a_cli_block_gets_one_at_its_end(version: Version) -> None:
    patched = patch(STUB, version, AUTH)
    first, rest = STUB.split("\n", 1)
    assert patched.startswith(f'{first}\nimport "plugins:/AuthBasic.pkl" as AuthBasic\n{rest}\ncli')
    assert patch(patched, version, AUTH) == patched


# What stands in a config's body, by the versions that take it.
BODIES: list[tuple[str, tuple[Version | None, ...]]] = [
    ("cli {}", (V88, V89)),
    ("cli { }", (V88, V89)),
    ("cli {\n}", (V88, V89)),
    ('cli { api { url = "a" port = 3 } theme = "rich" }', (V88, V89)),
    ('cli { api { url = "a"; port = 3 }; theme = "rich"; }', (V88, V89)),
    ('cli { theme = "rich"; api {} }', (V88, V89)),
    ("cli = new { api = new ApiConfig { port = 1 } }", (V88, V89)),
    ('cli = new CliConfig { api { url = "x" } }', (V88, V89)),
    ("local p = 7\ncli { api { port = p + 1 } }", (V88, V89)),
    ('local a = new ApiConfig {}\ncli { api = a; theme = "rich" }', (V88, V89)),
    ('local h = "x"\ncli { api { url = "http://\\(h)" // }\n } }', (V88, V89)),
    ('cli { auth { type = "auth-basic"; username = "a"; password = "b" } }', (V88, V89)),
    ('cli { auth = new Dynamic { type = "oidc"; issuer = "x" }\n  theme = "rich" }', (V88, V89)),
    ("cli { auth = null }", (V88, V89)),
    ('cli {\n\ttheme = """\n\t\trich\n\t\t"""\n\tapi {\n\t\turl = #"a"#\n\t}\n}', (V88, V89)),
    ('cli { `api` { `url` = "a" } }', (V88, V89)),
    ('cli { local url = "q"; api { local url = "z"; port = 1 } }', (V88, V89)),
    (
        'cli { when (true) { theme = "rich" } else { theme = "quiet" } api { port = 1 } }',
        (V88, V89),
    ),
    ("agent { retry { maxRetries = 1 } }", (V88, V89)),
    ('network { type = "tailscale" }\ncli\n{\n  api\n  {\n    port = 1\n  }\n}', (V88, V89)),
    ("cli { connection = null }", (V89,)),
    ("cli { connection = new Classic {} }", (V89,)),
    ("local c: Classic = new {}\ncli { connection = c }", (V89,)),
    ('cli { connection = new Classic { auth = new Dynamic { type = "x" } } }', (V89,)),
    ('cli { connection = new Classic { url = "a" port = 1 } theme = "rich" }', (V89,)),
]
CASES = [(body, version) for body, versions in BODIES for version in versions]


def others(said: dict[str, object]) -> dict[str, object]:
    """What a config says beside its connection."""
    cli = said["cli"]
    assert isinstance(cli, dict)
    ours = {"api", "auth", "connection"}
    return {**said, "cli": {key: value for key, value in cli.items() if key not in ours}}


def check(text: str, version: Version | None, connection: Connection) -> str:
    """Patch, and have pkl say that the result means what it must and nothing else changed."""
    schema = "0.88" if version is V88 else "0.89"
    patched = patch(text, version, connection)
    said, before = evaluate(patched, schema), evaluate(text, schema)
    cli = said["cli"]
    place = cli["api"] if version is V88 else cli["connection"]
    assert (place["url"], place["port"]) == (connection.url, connection.port)
    auth = (cli if version is V88 else place).get("auth")
    username, password = connection.username, connection.password
    expected = {"type": "auth-basic", "username": username, "password": password}
    assert auth == (expected if connection.auth else None)
    assert others(said) == others(before)
    assert patch(patched, version, connection) == patched
    return patched


@pytest.mark.parametrize(
    "connection",
    [pytest.param(AUTH, id="auth"), pytest.param(OPEN, id="open", marks=unsampled)],
)
@pytest.mark.parametrize(("body", "version"), CASES)
def test_every_way_to_write_it(body: str, version: Version, connection: Connection) -> None:
    text = f'amends "formae:/Config.pkl"\n{body}\n'
    patched = check(text, version, connection)
    windows = patch(text.replace("\n", "\r\n"), version, connection)
    assert windows == patched.replace("\n", "\r\n")
    assert patch(text.rstrip("\n"), version, connection).rstrip("\n") == patched.rstrip("\n")


def test_an_unknown_cli_keeps_the_form_that_is_there() -> None:
    assert patch(OLD, None, AUTH) == PATCHED_OLD
    assert patch(PATCHED_NEW, None, AUTH) == PATCHED_NEW


@pytest.mark.parametrize(
    "header",
    [
        'amends "formae:/Config.pkl" cli { api { port = 1 } }',
        'amends "formae:/Config.pkl" /* c\n c */ cli { api { port = 1 } }',
        'amends "formae:/Config.pkl" // c',
        'module mine amends "formae:/Config.pkl"',
        '#!/usr/bin/env pkl\n/// Doc\n@ModuleInfo { minPklVersion = "0.25.0" }\n'
        'amends "formae:/Config.pkl"\nimport "plugins:/Aws.pkl" // c\n'
        'import "plugins:/Aws.pkl" as B',
        'amends "formae:/Config.pkl"\nimport "plugins:/AuthBasic.pkl"\ncli { api {} }',
        'amends "formae:/Config.pkl"\nimport "plugins:/AuthBasic.pkl" as Basic\n'
        'cli { api {}; auth = new Basic.CliConfig { username = "x"; password = "y" } }',
        'amends "formae:/Config.pkl"\nimport "plugins:/Aws.pkl" as AuthBasic\ncli { api {} }',
        'amends "formae:/Config.pkl"\nlocal AuthBasic = 1\ncli { api {} }',
    ],
)
@pytest.mark.parametrize("version", [V88, V89], ids=str)
def test_every_header(header: str, version: Version) -> None:
    patched = check(header, version, AUTH)
    assert patched.count('"plugins:/AuthBasic.pkl"') == 1


@pytest.mark.parametrize(
    ("text", "version", "what", "why"),
    [
        ("cli {}", V88, "is not a formae config", "amends no module"),
        ('amends "other.pkl"\ncli {}', V88, "is not a formae config", "`other.pkl`"),
        ('extends "formae:/Config.pkl"\ncli {}', V88, "is not a formae config", "amends no module"),
        ('{"json": true}', V88, "is not a formae config", ""),
        ('amends "formae:/Config.pkl"\ncli {', V88, "`{` is not closed (line 2)", "nothing was"),
        ('amends "formae:/Config.pkl"\ncli { theme = "x }', V88, "does not end (line 2)", ""),
        ('amends "formae:/Config.pkl"\ncli = (other) { theme = "x" }', V88, "`cli`", "elsewhere"),
        ('amends "formae:/Config.pkl"\ncli { theme = "x" } { theme = "y" }', V88, "`cli`", ""),
        ('amends "formae:/Config.pkl"\ncli {}\ncli {}', V88, "`cli`", ""),
        ('amends "formae:/Config.pkl"\ncli { api {} api {} }', V88, "`cli … api`", ""),
        ('amends "formae:/Config.pkl"\ncli { when (x) { api { port = 1 } } }', V88, "`cli`", ""),
        (
            'amends "formae:/Config.pkl"\ncli { api { ...x; for (i in y) { port = i } } }',
            V88,
            "`cli`",
            "",
        ),
        (
            'amends "formae:/Config.pkl"\ncli { connection = new Hosted {} }',
            V89,
            "is for a hosted",
            "",
        ),
        (
            'amends "formae:/Config.pkl"\nplugins { authentication { type = "x" } }',
            V89,
            "plugins.auth",
            "",
        ),
    ],
)
def test_what_is_not_ours_to_change_is_told(
    text: str, version: Version, what: str, why: str
) -> None:
    with pytest.raises(WizardError) as told:
        patch(text, version, AUTH, "profiles/x.pkl")
    assert told.value.what.startswith("profiles/x.pkl")
    assert what in told.value.what
    assert why in told.value.why
    assert told.value.fix


def test_the_oldest_credential_form_is_left_alone_where_it_does_no_harm() -> None:
    text = 'amends "formae:/Config.pkl"\nplugins { authentication { type = "x" } }\n'
    check(text, V88, AUTH)


def test_a_cli_too_old_for_auth_is_told_so() -> None:
    with pytest.raises(WizardError, match="cannot sign in"):
        patch(OLD, Version.parse("0.83.3"), AUTH)


def test_lines_of_a_moved_string_stay_as_they_are() -> None:
    text = dedent('''\
        amends "formae:/Config.pkl"
        import "plugins:/AuthBasic.pkl" as AuthBasic
        cli {
          api {}
          auth = new AuthBasic.CliConfig {
            username = "ops"
            // a
            password = "s3cret"
            local note = """
          // b
              c
          """
          }
        }
        ''')
    patched = check(text, V89, AUTH)
    assert '"""\n  // b\n      c\n  """\n' in patched
