"""What botocore does while it signs in, made fit for a program that has the terminal itself.

Sessions of roles are kept where the `aws` command keeps them, so that both share one MFA code.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from pathlib import Path
from typing import Any, ClassVar

from botocore.utils import JSONFileCache

from wizard.local.mfa import Wanted, code

FOLDER = "~/.aws/cli/cache"
MEMBERS = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
ROLE = "assume-role"
ROLES = (ROLE, "assume-role-with-web-identity")
"""botocore's providers whose sessions the `aws` command keeps."""


class RoleSessions(JSONFileCache):  # type: ignore[misc]
    """That folder, as botocore asks for it: files of mode 0600, written whole.

    What cannot be written there is kept in this process. What is no session counts as none.
    """

    _unwritten: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self._folder = Path(FOLDER).expanduser()
        super().__init__(str(self._folder))
        self._used: set[str] = set()

    def __contains__(self, key: str) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    def __getitem__(self, key: str) -> Any:
        try:
            found = super().__getitem__(key)
        except KeyError:
            found = self._unwritten[self._convert_cache_key(key)]
        inner = found.get("Credentials") if isinstance(found, dict) else None
        if not isinstance(inner, dict) or not inner.keys() >= MEMBERS:
            raise KeyError(key)
        self._used.add(key)
        return found

    def __setitem__(self, key: str, value: Any) -> None:
        self._used.add(key)
        try:
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
            super().__setitem__(key, value)
        except OSError:
            self._unwritten[self._convert_cache_key(key)] = value

    def forget(self) -> None:
        """Forget what was used of it: AWS says that it has ended."""
        for key in self._used:
            self._unwritten.pop(self._convert_cache_key(key), None)
            with contextlib.suppress(KeyError, OSError):
                del self[key]


def keep_roles(session: Any, profile: str, again: str = "") -> RoleSessions:
    """Have a botocore session keep roles there, and ask nothing on the terminal by itself.

    `again` is why they are asked once more. Raises what botocore's look at the profile raises.
    """
    kept, chain = RoleSessions(), session.get_component("credential_provider")

    def ask(prompt: str) -> str:
        device = prompt.rpartition(" for ")[2].strip(": ")
        return code(Wanted(device, profile, again))

    for method in ROLES:
        chain.get_provider(method).cache = kept
    role = chain.get_provider(ROLE)
    role._prompter = ask  # botocore's own would read the terminal
    below = role._profile_provider_builder
    made = below._create_process_provider
    below._create_process_provider = lambda name: _aside(made(name))
    _aside(chain.get_provider("custom-process"))
    return kept


def _aside(provider: Any) -> Any:
    provider._popen = _started
    return provider


def _started(words: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """A program of the person's; where a face has the terminal, it gets none to ask on."""
    if threading.current_thread() is not threading.main_thread():
        options |= {"stdin": subprocess.DEVNULL, "start_new_session": True}
    return subprocess.Popen(words, **options)  # noqa: S603 - what AWS's tools would start
