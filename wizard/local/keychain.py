"""Passwords on this machine: made or typed once a run, never printed, kept in a keychain if asked.

The keychain is opt-in, and never the only place. It works on whatever `keyring` finds, and where it
finds nothing says so: no call raises, hangs or holds up a run. Which deployments have an entry is
kept in a file, without the passwords, so that nobody's keychain is opened who did not ask for it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import string
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt

from wizard.base.errors import WizardError
from wizard.base.json_input import parsed_json
from wizard.base.secret import Secret
from wizard.local.files import state_folder, write_private

SERVICE = "formae-wizard"

LIMIT = 30.0
"""Seconds for a keychain to answer; some ask a person for their password first."""

TROUBLES = {
    "KeyringLocked": "it is locked",
    "NoKeyringError": "there is none on this machine",
    "InitError": "it cannot be unlocked",
    "PasswordSetError": "it rejects the password",
    "PasswordDeleteError": "it cannot delete the password",
}
"""What keyring's errors mean. Their own texts are not shown: nobody knows what is in them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose password it is; `user` is what the entry is called in the keychain."""

    account: str
    region: str
    name: str

    @property
    def user(self) -> str:
        """Account, region and deployment, by which the keychain finds the entry."""
        return f"{self.account}/{self.region}/{self.name}"


def keep(place: Place, password: Secret) -> str:
    """Store the password, and read it back. A sentence about it, good or bad."""
    problem, back = _tried(lambda keyring: _kept(keyring, place, password))
    if not problem and back != password.reveal():
        problem = "it does not store the password"
    if problem:
        return (
            f"This machine's keychain was not used: {problem}. The password is in the secret in "
            "AWS."
        )
    _mark(place, there=True)
    return f"The API password is also in this machine's keychain: {SERVICE}, {place.user}."


def look(place: Place) -> Secret | None:
    """The password that was stored; None where there is none, or nobody can say."""
    _, found = _tried(lambda keyring: keyring.get_password(SERVICE, place.user))
    return Secret(found) if isinstance(found, str) and found else None


def forget(place: Place) -> str:
    """Remove the keychain's entry, and return a sentence about that."""
    problem, _ = _tried(lambda keyring: _forgotten(keyring, place))
    if problem:
        return (
            f"The keychain entry {SERVICE}, {place.user} still exists: {problem}. It is no longer "
            "valid; remove it by hand."
        )
    _mark(place, there=False)
    return f"The keychain entry {SERVICE}, {place.user} is removed."


def marked(place: Place) -> bool:
    """Whether an entry was stored from this machine; the keychain itself is not asked."""
    return place.user in _marks()


def _kept(keyring: Any, place: Place, password: Secret) -> Any:
    keyring.set_password(SERVICE, place.user, password.reveal())
    return keyring.get_password(SERVICE, place.user)


def _forgotten(keyring: Any, place: Place) -> None:
    if keyring.get_password(SERVICE, place.user) is not None:
        keyring.delete_password(SERVICE, place.user)


def _tried(ask: Callable[[Any], Any]) -> tuple[str, Any]:
    """Why it could not be done, and what came of it; waits no longer than `LIMIT`."""
    ended: list[tuple[str, Any]] = []

    def work() -> None:
        try:
            import keyring  # slow to load, and seldom wanted

            ended.append(("", ask(keyring)))
        except Exception as error:  # backends raise whatever their systems do
            ended.append((TROUBLES.get(type(error).__name__, "it does not work here"), None))

    worker = threading.Thread(target=work, name="keychain", daemon=True)
    worker.start()
    worker.join(LIMIT)
    return ended[0] if ended else (f"it did not answer within {LIMIT:.0f} seconds", None)


def _marks() -> set[str]:
    try:
        found = parsed_json(_file().read_text("utf-8"))
    except (OSError, ValueError, RuntimeError):
        return set()
    return {each for each in found if isinstance(each, str)} if isinstance(found, list) else set()


def _mark(place: Place, *, there: bool) -> None:
    marks = _marks() | {place.user} if there else _marks() - {place.user}
    try:
        write_private(_file(), json.dumps(sorted(marks)) + "\n", keep_old=False)
    except (OSError, RuntimeError, WizardError):
        return  # the entry is there all the same; only destroy will not know of it


def _file() -> Path:
    return state_folder(os.environ) / "keychain.json"


ALPHABET = string.ascii_letters + string.digits

LENGTH = 32
"""32 letters and digits are 190 bits; RDS takes 8 to 41 characters, bcrypt reads 72 bytes."""

ROUNDS = 10
"""bcrypt's cost. The agent checks it at every request it has not seen for a minute."""

ITERATIONS = 4096
"""Of PBKDF2 in a verifier: PostgreSQL's own default."""


def scram_verifier(password: str) -> str:
    """What PostgreSQL keeps of a password of printable ASCII, with a salt of its own each time.

    A server that is sent this for a role never sees the password itself.
    """
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    client, server = (hmac.digest(salted, key, "sha256") for key in (b"Client Key", b"Server Key"))
    stored = hashlib.sha256(client).digest()
    salt_, stored_, server_ = (b64encode(each).decode() for each in (salt, stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt_}${stored_}:{server_}"


class Passwords:
    """The run's new passwords by name; the same answer however often it is asked."""

    def __init__(self, given: Mapping[str, Secret] | None = None) -> None:
        self._clear = {name: each.taken() for name, each in (given or {}).items()}
        self._hashes: dict[str, str] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """The names of the passwords alone."""
        return f"Passwords({sorted(self._clear)})"

    def clear(self, name: str) -> Secret:
        """The password of that name, typed by the person or generated."""
        with self._lock:
            if name not in self._clear:
                made = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
                self._clear[name] = Secret(made)
            return self._clear[name]

    def hashed(self, name: str) -> str:
        """The bcrypt hash of the password of that name."""
        password = self.clear(name)
        with self._lock:
            if name not in self._hashes:
                salted = bcrypt.hashpw(password.reveal().encode(), bcrypt.gensalt(ROUNDS))
                self._hashes[name] = salted.decode()
            return self._hashes[name]
