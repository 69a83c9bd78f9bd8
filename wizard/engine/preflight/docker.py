"""The Docker engine through which the image will be copied: which it is, and its room."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that can copy the image. `free` is in bytes, where its disk is this machine's."""

    words: str
    free: int | None = None


def engine() -> Engine:
    """Ask the engine of this machine. Raises WizardError where none can copy the image."""
    from wizard.local.image.engine import connect, troubles  # loads the Docker SDK

    client = connect()
    try:
        about, more = client.version(), client.info()
    except troubles():
        return Engine("engine that answers")
    finally:
        client.close()
    words = f"engine {about.get('Version', '?')} on {about.get('Os', '?')}/{about.get('Arch', '?')}"
    return Engine(words, _free(str(client.base_url), more))


def _free(address: str, more: dict[str, Any]) -> int | None:
    if not address.startswith("http+docker://"):
        return None  # it runs elsewhere
    try:
        return shutil.disk_usage(more.get("DockerRootDir") or "").free
    except OSError:
        return None  # inside a virtual machine, as on a Mac
