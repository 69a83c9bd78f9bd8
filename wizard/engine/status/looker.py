"""The façade for those who only look: no call changes anything, and nothing is waited for long."""

from __future__ import annotations

from wizard.aws.live import LookingTools
from wizard.aws.session import Aws
from wizard.base.clock import Clock
from wizard.engine.flow import Flow, pace
from wizard.local.passwords import Passwords
from wizard.plan.world import Tools

SILENCE = 6.0
"""Seconds that AWS may be silent before one goes on without its answer."""


class Looker(Flow):
    """A flow whose tools make read calls only, and each of them once."""

    def __init__(self) -> None:
        super().__init__(remembers=True)

    def at(self, profile: str, region: str) -> Tools:
        """The world as this profile may read it in this region."""
        with self._lock:
            if (profile, region) not in self._signed_in:
                self._signed_in[profile, region] = Aws(profile, region, SILENCE)
            aws = self._signed_in[profile, region]
        return LookingTools(aws, Passwords(self.passwords), Clock(pace()))
