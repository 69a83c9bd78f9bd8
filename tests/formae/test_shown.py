"""Configs and differences as they may be shown: no secret is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.base.text import pkl_string
from wizard.local.formae.cli import Version
from wizard.local.formae.config import Connection, connection_config
from wizard.local.formae.patch import patch
from wizard.local.formae.redaction import diff, redacted, redacted_line

V89 = Version.parse("0.89.0")
HEAD = 'amends "formae:/Config.pkl"\n'


@pytest.mark.parametrize(
    "text",
    [
        'cli { auth { username = "shown"; password = "CANARY" } }',
        'password="CANARY" theme = "shown"',
        'password\n  =\n  // why\n  "CANARY"\ntheme = "shown"',
        'x = new Mapping { ["password"] = "CANARY" ["y"] = "shown" }',
        'local password: String|Int = if (a) "CANARY" else "CANARY2"\ntheme = "shown"',
        'password = """\n  CANARY\n  """\ntheme = "shown"',
        'password = #"CANARY"#; theme = "shown"',
        r'password = "a\("CANARY")"' '\ntheme = "shown"',
        'password = "a" + "CANARY"\ntheme { x = "shown" }',
        'password { "CANARY" }\ntheme = "shown"',
        '`password` = "CANARY"\ntheme = "shown"',
        'adminPassword = "CANARY"\nsecretArn = "shown"',
        'authKey = "CANARY"\nserver { secret = "CANARY"; hostname = "shown" }',
        'connectionParams = "password=CANARY"\nhost = "shown"',
        'url = "shown" // password = "CANARY"',
        '/* was:\n password = "CANARY"\n*/ url = "shown"',
        '// "password": "CANARY"\nurl = "shown"',
    ],
)
def test_secrets_are_hidden_and_the_rest_is_shown(text: str) -> None:
    shown = redacted(HEAD + text)
    assert "CANARY" not in shown
    assert "shown" in shown
    assert "CANARY" not in diff(HEAD + text, HEAD + text.replace("shown", "seen"))
    assert "CANARY" not in diff(HEAD, HEAD + text)
    assert "CANARY" not in diff(HEAD + text, HEAD)


def test_a_document_that_cannot_be_read_is_not_shown() -> None:
    broken = 'password = "CANARY'
    assert "CANARY" not in redacted(broken)
    assert "CANARY" not in diff(broken, HEAD)
    assert "CANARY" not in diff(HEAD, broken)


def test_nothing_changed_is_nothing_to_show() -> None:
    assert diff(HEAD, HEAD) == ""


def test_a_new_password_is_a_change_of_its_line() -> None:
    old = connection_config(V89, "https://h", 443, "ops", "CANARY1")
    new = connection_config(V89, "https://h", 443, "ops", "CANARY2")
    shown = diff(old, new, "default.pkl")
    assert shown.splitlines()[:2] == ["--- default.pkl (now)", "+++ default.pkl (after)"]
    assert '-      password = "(hidden)"' in shown
    assert '+      password = "(new, hidden)"' in shown
    assert "CANARY" not in shown


def test_a_kept_password_is_no_change() -> None:
    old = connection_config(V89, "https://h", 443, "ops", "CANARY")
    shown = diff(old, old.replace("443", "8443"))
    assert "+    port = 8443" in shown
    assert "new, hidden" not in shown


def test_what_cannot_be_seen_is_still_said() -> None:
    one = HEAD + 'password = "a"\nsecret = "b"\n'
    other = HEAD + 'password = "b"\nsecret = "a"\n'
    assert "hidden values" in diff(one, other)
    assert "line endings" in diff(HEAD, HEAD.replace("\n", "\r\n"))


@given(st.text(min_size=3), st.text(min_size=3))
def test_no_password_is_in_the_diff_of_a_patch(old: str, new: str) -> None:
    before = connection_config(V89, "https://h", 443, "u", f"CANARY{old}CANARY")
    after = patch(before, V89, Connection("https://g", 443, "u", f"CANARY{new}CANARY"))
    assert "CANARY" not in redacted(after)
    assert "CANARY" not in diff(before, after)


@given(st.text())
def test_any_password_is_hidden(password: str) -> None:
    assert redacted(f"password = {pkl_string(password)}") == 'password = "(hidden)"'


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('8 |   password = "CANARY"', '8 |   password = "(hidden)"'),
        ("PASSWORD: CANARY", 'PASSWORD: "(hidden)"'),
        ("authentication failed", "authentication failed"),
        ('secretArn = "arn"', 'secretArn = "arn"'),
    ],
)
def test_a_line_of_anything(line: str, shown: str) -> None:
    assert redacted_line(line) == shown


@pytest.mark.parametrize(
    "text",
    [
        'local dsn = "postgres://bob:CANARY@db/x"',
        "// postgres://bob:CANARY@db/x",
        'headers { ["X"] = "Bearer CANARY" }',
        '/* Basic CANARY== */ a = "b"',
    ],
)
def test_what_a_text_carries_is_hidden(text: str) -> None:
    assert "CANARY" not in redacted(text)
    assert "CANARY" not in diff("a = 1\n", text)


def test_an_address_is_shown_whole() -> None:
    line = 'url = "https://a.b:8080/x/y@z"'
    assert redacted(line) == line
