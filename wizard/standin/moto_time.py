"""moto's time, which is this machine's otherwise: that of the stand-in's clock."""

import datetime
import time
from typing import Any

import moto.core.utils
import moto.ecr.models
import moto.secretsmanager.models

from wizard.standin.clock import Clock

LEDGER: Any = moto.ecr.models
VAULT: Any = moto.secretsmanager.models
CORE: Any = moto.core.utils


class Now(datetime.datetime):
    """A datetime whose present moment is the clock's."""

    clock = Clock()

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """The present moment, as a usual datetime."""
        return datetime.datetime.fromtimestamp(cls.clock.now(), tz)


class _With:
    """A module with one thing of it replaced."""

    def __init__(self, module: Any, **instead: Any) -> None:
        self._module = module
        self.__dict__.update(instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def follow(clock: Clock) -> None:
    """From now on moto dates by this clock what it makes: there is one in a process."""
    Now.clock = clock
    CORE.datetime = _With(datetime, datetime=Now)
    LEDGER.datetime = Now
    VAULT.time = _With(time, time=clock.now)
