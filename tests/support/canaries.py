"""After every test: no password in a file, but in the places that are named to the person.

The passwords are those that went to the stand-in as secrets, from whatever process, and those that
the wizard in this process holds. A test that puts one into a file on purpose says where with
`keeps_passwords`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from wizard.base import secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wizard.standin.call import Call

NAMED = (
    *("formae.conf.pkl", "formae.conf.pkl.bak-*", "profiles/*.pkl", "profiles/*.pkl.bak-*"),
    *("formae.conf.wanted.pkl", "formae.conf.wanted.pkl.bak-*"),
)
"""The formae CLI's config, what it was before, and what the exported script puts beside one that it
does not rewrite: every run names them."""
PUT_THERE = ("password", "given", "keychain-of-the-test.json")
"""What tests themselves write: a password of the person's own, and the keychain they play."""
LARGEST = 4_000_000
"""Bytes; what is larger is an image or a database, not a file of the wizard's."""


def passwords(calls: list[Call]) -> set[str]:
    """Passwords that were given to Secrets Manager or to RDS."""
    texts = [call.params.get("SecretString") for call in calls if call.service == "secretsmanager"]
    found = {call.params.get("MasterUserPassword") for call in calls if call.service == "rds"}
    for text in filter(None, texts):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict):
            found |= {value.get("password")}
    return {one for one in found if isinstance(one, str) and len(one) >= secret.SHORTEST}


def leaks(folder: Path, allowed: tuple[str, ...] = ()) -> list[str]:
    """Files below the folder in which a known password stands, in any form, and may not."""
    forms = [form.encode("utf-8", "surrogatepass") for form in secret._Net.forms]
    if not forms:
        return []
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if _looked_at(path, (*NAMED, *PUT_THERE, *allowed)) and _has(path, forms)
    )


def shown(text: str) -> bool:
    """Whether a password that this process knows stands in the text, in any form."""
    return any(form in text for form in secret._Net.forms)


def _looked_at(path: Path, allowed: tuple[str, ...]) -> bool:
    return (
        not path.is_symlink()
        and path.is_file()
        and not any(path.match(pattern) for pattern in allowed)
    )


def _has(path: Path, forms: list[bytes]) -> bool:
    try:
        if path.stat().st_size > LARGEST:
            return False
        held = path.read_bytes()
    except OSError:  # made unreadable by the test, or gone meanwhile
        return False
    return any(form in held for form in forms)


@pytest.fixture(autouse=True)
def no_password_left(home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Looks when the test is over."""
    yield
    if "standin_server" in request.fixturenames:
        for password in passwords(request.getfixturevalue("standin_server").calls):
            secret.known(password)
    marks = request.node.iter_markers("keeps_passwords")
    allowed = tuple(pattern for mark in marks for pattern in mark.args)
    found = leaks(tmp_path, allowed)
    assert not found, f"a password stands where no person is told of one: {found}"
