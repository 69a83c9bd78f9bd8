"""A shell script in the place of the formae CLI, saying what the real one says."""

from collections.abc import Mapping
from pathlib import Path
from shlex import quote

VERSION = "formae version: {}\\ngo version: go1.26.0\\n"
STATS = (
    '{"Version":"0.88.1","AgentId":"2abc","Clients":1,"Commands":{},"States":{},"Stacks":0,'
    '"Resources":{},"Plugins":[{"Name":"aws","Namespace":"AWS"},{"Name":"auth-basic"}]}\n'
)


def stub(folder: Path, body: str, version: str = "0.88.1") -> Mapping[str, str]:
    """Put the script on a PATH of its own; returns the environment. It logs its arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "formae"
    script.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {quote(str(folder / "log"))}\n'
        f"if [ \"$1\" = --version ]; then printf '{VERSION.format(version)}'; exit 0; fi\n"
        f"{body}\n"
    )
    script.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def fails(words: str) -> str:
    """A body that ends as the CLI does when it fails."""
    return f"printf '%s\\n' {quote(words)} >&2; exit 1"


def log(folder: Path) -> list[str]:
    """The arguments of every run so far."""
    return (folder / "log").read_text().splitlines()
