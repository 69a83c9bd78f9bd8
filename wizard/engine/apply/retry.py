"""What holds a call up: troubles that pass, and a sign-in that has ended in the middle of the run.

AWS goes on with what it was given meanwhile; only the asking waits.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from wizard.base.errors import AwsError, ExitCode, SignedOut, WizardError
from wizard.base.patience import Patience, Pauses, Trouble, trouble
from wizard.plan.world import World

Answer = TypeVar("Answer")

SIGN_IN_EVERY = 3.0
SIGN_IN_LIMIT = 3600.0
"""Seconds between two looks for a new sign-in, and until the run ends for want of one."""


class Holder(Protocol):
    """What is held up: a step's context."""

    @property
    def world(self) -> World:
        """The world."""

    @property
    def stop(self) -> threading.Event:
        """Ends the run."""

    def held(self, note: str, seconds: float | None = None, *, signed_out: bool = False) -> None:
        """Tell why, and for how long; `signed_out` where somebody has to sign in again."""

    def released(self) -> None:
        """Tell that it goes on."""


@dataclass
class Held:
    """One call, and what it has waited for so far."""

    holder: Holder
    patience: Patience
    _signed_out: float | None = None
    """Since when, on the run's clock."""

    def answer(self, ask: Callable[[], Answer]) -> Answer:
        """The call's answer. Raises AwsError and WizardError for what does not pass."""
        pauses, tries = Pauses(self.patience), 0
        while True:
            tries += 1
            try:
                answer = ask()
            except (AwsError, WizardError) as error:
                if trouble(error) is Trouble.SIGNED_OUT:
                    self._wait_for_sign_in(error)
                else:
                    pauses.after(error)
                continue
            if tries > 1:
                self.holder.released()
            return answer

    def _wait_for_sign_in(self, error: AwsError | WizardError) -> None:
        world = self.holder.world
        renewal, now = world.renewal(), world.clock.now()
        if not renewal:
            raise error
        if self._signed_out is None:
            self._signed_out = now
            self.holder.held(
                f"the AWS sign-in has ended; AWS continues with what it has started. {renewal} The "
                "run notices this within seconds and resumes on its own",
                signed_out=True,
            )
        if now - self._signed_out > SIGN_IN_LIMIT:
            self.holder.stop.set()
            raise WizardError(
                "No one signed in again.", code=ExitCode.INTERRUPTED, entry="FW-SIGN-006"
            )
        world.clock.nap(SIGN_IN_EVERY, self.holder.stop)
        with contextlib.suppress(SignedOut):  # it may just be written anew: look again
            world.renew()


def surely(pauses: Pauses, make: Callable[[], Answer], done: Callable[[], bool]) -> Answer | None:
    """Make something that must not be made twice.

    Where no answer comes it is looked whether it is `done` before it is made again. None where the
    look found it done. Raises what does not pass.
    """
    while True:
        try:
            return make()
        except (AwsError, WizardError) as error:
            pauses.after(error)
        if done():
            return None
