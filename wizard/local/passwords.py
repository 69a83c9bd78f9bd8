"""New passwords: typed by the person or generated, once a run, and never printed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import threading
from base64 import b64encode
from collections.abc import Mapping

import bcrypt

from wizard.base.secret import Secret

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
