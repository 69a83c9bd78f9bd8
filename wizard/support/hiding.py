"""What a stranger need not know, hidden in a text: the same thing by the same word each time."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import socket
from collections.abc import Collection

ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
KEY = re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}")
WHO = re.compile(r"(:(?:user|assumed-role|federated-user)/)[^\s\"'`,;]+")
LOGIN = re.compile(r"(://)[^/\s@]+@")
MAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+")
SERVICE = re.compile(r"\b[a-z0-9]+(\.[a-z0-9-]+\.awsapprunner\.com)")
HIDDEN = "••••••••"
SHORTEST = 3
"""Letters of a name that is looked for; a shorter one would be found everywhere."""


class Hiding:
    """Hides in every text that it is given; `secrets` are hidden in whatever form."""

    def __init__(self, secrets: Collection[str] = (), *, names: bool = True) -> None:
        """`names` says whether names of this machine and of its people are hidden as well."""
        self._accounts: dict[str, str] = {}
        self._secrets = sorted((each for each in secrets if each), key=len, reverse=True)
        self._names = _names() if names else {}

    def hide(self, text: str) -> str:
        """The text without what need not be known."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = LOGIN.sub(rf"\1{HIDDEN}@", text)
        text = KEY.sub("<access key>", text)
        text = WHO.sub(r"\1<who>", text)
        text = SERVICE.sub(r"<service>\1", text)
        text = MAIL.sub("<mail>", text)
        text = ACCOUNT.sub(self._account, text)
        for name, word in self._names.items():
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", word, text)
        return text

    def _account(self, found: re.Match[str]) -> str:
        return self._accounts.setdefault(found[0], f"<account {len(self._accounts) + 1}>")


def _names() -> dict[str, str]:
    found = {os.environ.get("HOME", ""): "~", socket.gethostname(): "<host>"}
    found[socket.gethostname().partition(".")[0]] = "<host>"
    with contextlib.suppress(KeyError, OSError, ImportError):  # here nobody has a name
        found[getpass.getuser()] = "<user>"
    return {name: word for name, word in found.items() if len(name) >= SHORTEST}
