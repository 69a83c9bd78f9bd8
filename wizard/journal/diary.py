"""What a run needs of its diary, and the diary of a run that keeps none."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Protocol


class Diary(Protocol):
    """Hears of everything that is about to be changed, and of what came of it."""

    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Within it the change is made; what is raised is noted and goes on. Never raises itself.

        `service` and `operation` are AWS's, or say in the same way what else is changed.
        """


class _NoDiary:
    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Nothing is written down."""
        del step, service, operation
        return contextlib.nullcontext()


NO_DIARY: Diary = _NoDiary()
