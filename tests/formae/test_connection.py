"""A fresh CLI config, the address in it, and reading a config back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pkl import PklError, evaluate
from wizard.base.errors import WizardError
from wizard.local.formae.cli import Version
from wizard.local.formae.config import (
    Connection,
    address,
    connection_config,
    current_connection,
    has_connection,
)

V88 = Version.parse("0.88.1")
V89 = Version.parse("0.89.0")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://abc.eu-west-1.awsapprunner.com", ("https://abc.eu-west-1.awsapprunner.com", 443)),
        ("https://abc.example/", ("https://abc.example", 443)),
        ("abc.example", ("https://abc.example", 443)),
        ("abc.example:8443", ("https://abc.example", 8443)),
        ("https://host:8443", ("https://host", 8443)),
        ("http://127.0.0.1:49684", ("http://127.0.0.1", 49684)),
        ("http://localhost", ("http://localhost", 80)),
        ("https://[::1]:8443", ("https://[::1]", 8443)),
        ("HTTPS://Host.Example", ("https://host.example", 443)),
    ],
)
def test_the_address_of_a_url(url: str, expected: tuple[str, int]) -> None:
    assert address(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "ftp://host",
        "https://host/path",
        "https://host?x=1",
        "https://host#x",
        "https://user:CANARY@host",
        "https://host:99999",
        "https://host:x",
        "https://[::1",
    ],
)
def test_what_is_no_address_is_told_without_a_password(url: str) -> None:
    with pytest.raises(WizardError) as told:
        address(url)
    assert "CANARY" not in str(told.value)


def test_the_walkthroughs_config() -> None:
    assert connection_config(V88, "https://h", 443, None, None) == (
        'amends "formae:/Config.pkl"\n'
        "\n"
        "cli {\n"
        "  api {\n"
        '    url = "https://h"\n'
        "    port = 443\n"
        "  }\n"
        "}\n"
    )


def test_the_config_from_089_on() -> None:
    assert connection_config(V89, "https://h", 443, "ops", 'p"w') == (
        'amends "formae:/Config.pkl"\n'
        'import "plugins:/AuthBasic.pkl" as AuthBasic\n'
        "\n"
        "cli {\n"
        "  connection = new Classic {\n"
        '    url = "https://h"\n'
        "    port = 443\n"
        "    auth = new AuthBasic.CliConfig {\n"
        '      username = "ops"\n'
        '      password = "p\\"w"\n'
        "    }\n"
        "  }\n"
        "}\n"
    )


@settings(max_examples=20, deadline=None)
@given(url=TEXT, port=st.integers(0, 65535), username=st.none() | TEXT, password=TEXT)
@pytest.mark.parametrize("version", [None, V88, V89], ids=str)
def test_pkl_reads_what_was_meant(
    version: Version | None, url: str, port: int, username: str | None, password: str
) -> None:
    secret = None if username is None else password
    text = connection_config(version, url, port, username, secret)
    said = evaluate(text, "0.89" if has_connection(version) else "0.88")["cli"]
    place = said["connection"] if has_connection(version) else said["api"]
    assert (place["url"], place["port"]) == (url, port)
    auth = (place if has_connection(version) else said).get("auth")
    expected = {"type": "auth-basic", "username": username, "password": password}
    assert auth == (None if username is None else expected)
    assert current_connection(text) == Connection(url, port, username, secret)


def test_the_old_form_is_good_for_both_and_the_new_one_is_not() -> None:
    evaluate(connection_config(None, "https://h", 443, "a", "b"), "0.89")
    with pytest.raises(PklError, match="connection"):
        evaluate(connection_config(V89, "https://h", 443, None, None), "0.88")


def test_a_cli_without_auth_is_told_so() -> None:
    old = Version.parse("0.83.3")
    connection_config(old, "https://h", 443, None, None)
    with pytest.raises(WizardError, match=r"0\.83\.3"):
        connection_config(old, "https://h", 443, "ops", "pw")


def test_the_password_is_not_in_the_repr() -> None:
    assert "CANARY" not in repr(Connection("https://h", 443, "ops", "CANARY"))


HEAD = 'amends "formae:/Config.pkl"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("cli {", None),
        ('cli { theme = "quiet" }', None),
        ("cli = other", None),
        ("cli { api {} }", Connection("http://localhost", 49684)),
        ('cli { api = new { url = "u"; port = 0x10 } }', Connection("u", 16)),
        ('cli { api { url = "u\\(x)" } }', None),
        ("cli { api { port = p } }", None),
        ('cli { api { local url = "no"; url = #"u"# } }', Connection("u", 49684)),
        (
            'cli { auth { type = "x"; username = "a"; password = "b" } api { url = "u" } }',
            Connection("u", 49684, "a", "b"),
        ),
        ('cli { auth = new X { token = "t" }; api { url = "u" } }', Connection("u", 49684)),
        (
            'cli { connection = new Classic { url = "u"; auth = new B.C { username = "a" } } }',
            Connection("u", 49684, "a"),
        ),
        ('cli { connection = new Hosted { endpoint = "u" }; api { url = "no" } }', None),
        ('cli { connection = (other) { url = "u" } }', None),
    ],
)
def test_other_peoples_configs_are_read(text: str, expected: Connection | None) -> None:
    assert current_connection(HEAD + text) == expected


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    current_connection(text)
    current_connection(f"{HEAD}cli {{ api {{ {text} }} }}")
