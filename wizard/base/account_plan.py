"""How an account pays AWS: its Free or Paid plan, the credits left, and how long they last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

DAYS_A_MONTH = Decimal("30.4")
FEW_DAYS, FEW_WEEKS = 14, 90
"""Up to so many days a time is told in days, and in weeks."""
UPGRADE = (
    "upgrade the account's plan in the Billing console (your decision: AWS then bills for what "
    "your credits do not cover)"
)
NOT_ALLOWED = "not allowed on the account's Free plan"


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account's plan, as AWS says it is."""

    free: bool
    """Whether AWS limits what the account can create; it was not upgraded to the Paid plan."""
    ended: bool = False
    """Whether the Free plan has ended: AWS closes such an account unless it is upgraded."""
    credits: Decimal | None = None
    """US dollars of credits left; None where AWS does not say."""
    until: date | None = None
    """When the Free plan ends, in UTC; None where AWS does not say."""

    @property
    def words(self) -> str:
        """Return the plan in a few words, such as "Free plan, $87 left until Mar 3"."""
        name = "Free plan" if self.free else "Paid plan"
        if self.free and self.ended:
            return f"{name}, ended"
        left = f", {self._dollars} left" if self.credits is not None else ""
        day = f" until {_day(self.until)}" if self.free and self.until else ""
        return f"{name}{left}{day}"

    @property
    def shorter(self) -> tuple[str, str]:
        """Return `words` without its date, and without its credits."""
        name = self.words.partition(",")[0].partition(" until")[0]
        return self.words.partition(" until")[0], name

    @property
    def _dollars(self) -> str:
        whole = (self.credits or Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP)
        return f"${whole:,}"

    def lasts(self, monthly: Decimal, today: date | None = None) -> str:
        """Return how long the credits last at so many dollars a month, as a clause.

        Empty for a plan without credits, or one that has ended. `today` is the UTC day by default.
        """
        if self.credits is None or self.ended or monthly <= 0:
            return ""
        if self.credits <= 0:
            return "your credits are used up" if self.free else ""
        days = int(self.credits / monthly * DAYS_A_MONTH)
        today = today or datetime.now(UTC).date()
        if self.free and self.until and days > (self.until - today).days:
            return f"your credits ({self._dollars}) last until the Free plan ends on " + _day(
                self.until
            )
        return f"your credits ({self._dollars}) last about {_time(days)}"


def read(answer: Mapping[str, Any]) -> AccountPlan:
    """Return the plan in an answer of GetAccountPlanState, whose dates are ISO 8601 texts."""
    amount = (answer.get("accountPlanRemainingCredits") or {}).get("amount")
    until = answer.get("accountPlanExpirationDate")
    return AccountPlan(
        free=answer.get("accountPlanType") == "FREE",
        ended=answer.get("accountPlanStatus") == "EXPIRED",
        credits=None if amount is None else Decimal(str(amount)),
        until=datetime.fromisoformat(until).astimezone(UTC).date() if until else None,
    )


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def _time(days: int) -> str:
    if days < FEW_DAYS:
        return "1 day" if days == 1 else f"{days} days"
    if days < FEW_WEEKS:
        return f"{round(days / 7)} weeks"
    return f"{round(days / float(DAYS_A_MONTH))} months"
