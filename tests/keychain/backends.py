"""Keychains as keyring's own interface has them, for PYTHON_KEYRING_BACKEND.

keyring knows every class that is loaded, and chooses of those whose priority is positive.
"""

import json
import time
from pathlib import Path
from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class InAFile(KeyringBackend):
    """Keeps its entries in a file of the home folder."""

    priority: ClassVar[float] = -2

    @staticmethod
    def entries() -> dict[str, str]:
        """Everything that is in it, by service and user."""
        file = Path("~/keychain-of-the-test.json").expanduser()
        found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        return found

    @staticmethod
    def _write(entries: dict[str, str]) -> None:
        Path("~/keychain-of-the-test.json").expanduser().write_text(json.dumps(entries))

    def get_password(self, service: str, username: str) -> str | None:
        """An entry; None where there is none."""
        return self.entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store one."""
        self._write({**self.entries(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Remove one."""
        found = self.entries()
        del found[f"{service} {username}"]
        self._write(found)


class Locked(InAFile):
    """Nobody opens it; its words repeat what it was given, as some do."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refused."""
        raise KeyringLocked(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refused."""
        raise KeyringLocked(f"cannot store {password}")


class Broken(InAFile):
    """Fails in a way that keyring does not know."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fails."""
        raise OSError(f"D-Bus has gone while storing {password}")


class Silent(InAFile):
    """Waits for somebody who is not there."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Never comes back."""
        time.sleep(60)
