"""What must be right before the first change: looked at all at once, none of it changes anything.

`check` is what a look found, `context` what the looks share; `account`, `permissions` and `local`
are the looks; `run` asks them side by side and tells each as it ends. `offline` proves a plan
without an account.
"""

from wizard.engine.preflight.check import Check, CheckState, Machine, here
from wizard.engine.preflight.local import SKEW_FATAL, skewed
from wizard.engine.preflight.run import Preflight, Told, preflight, unheard, without_plan

__all__ = [
    "SKEW_FATAL",
    "Check",
    "CheckState",
    "Machine",
    "Preflight",
    "Told",
    "here",
    "preflight",
    "skewed",
    "unheard",
    "without_plan",
]
