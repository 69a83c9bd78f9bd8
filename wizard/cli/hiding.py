"""What a stranger need not know, hidden in a text: the same thing by the same word each time."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import socket

from wizard.base.offer import offers
from wizard.base.secret import HIDDEN, hide

ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
KEY = re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}")
WHO = re.compile(r"(:(?:user|assumed-role|federated-user)/)[^\s\"'`,;]+")
LOGIN = re.compile(r"(://)[^/\s@]+@")
MAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+")
SERVICE = re.compile(
    rf"\b[a-z0-9]+(\.[a-z0-9-]+\.(?:{'|'.join(re.escape(each.domain) for each in offers())}))"
)
SHORTEST = 3
"""Letters of a name that is looked for; a shorter one would be found everywhere."""


class Hiding:
    """Hides in every text that it is given, known secrets as well."""

    def __init__(self, *, names: bool = True) -> None:
        """`names` says whether names of this machine and of its people are hidden as well."""
        self._accounts: dict[str, str] = {}
        self._names = _names() if names else {}

    def hide(self, text: str) -> str:
        """The text without what need not be known."""
        text = LOGIN.sub(rf"\1{HIDDEN}@", hide(text))
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
