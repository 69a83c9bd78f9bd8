"""What can go wrong between a client and AWS, on demand: for the n-th call of an operation."""

from __future__ import annotations

import select
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wizard.standin.call import AwsError, Call

XML_SERVICES = {"sts", "iam", "rds", "ec2"}
EXPIRED = "The security token included in the request is expired"
PATIENCE = 120.0
"""Seconds of this machine after which also a client that waits for ever is let go."""
INTERNAL = {
    "apprunner": "InternalServiceErrorException",
    "secretsmanager": "InternalServiceError",
    "iam": "ServiceFailure",
    "ecr": "ServerException",
    "ecs": "ServerException",
    "rds-data": "InternalServerErrorException",
}
"""What services call a mistake of their own; InternalFailure elsewhere."""


class HungUp(ConnectionError):
    """The connection ends here without an answer."""


class Silence(Exception):
    """No answer comes, and the connection stays open."""


class Kind(StrEnum):
    """What goes wrong. The value is how a test case is called."""

    THROTTLED = "throttled"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    RESET = "reset before"
    LOST = "applied but reset"
    SILENT = "time-out"
    LATE = "applied but time-out"
    DENIED = "access denied"
    EXPIRED = "expired token"

    @property
    def applied(self) -> bool:
        """Whether AWS does what it is asked, although the client does not hear of it."""
        return self in {Kind.LOST, Kind.LATE}


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something that happens to the calls of an operation (`*`: of a service)."""

    service: str
    operation: str
    outcome: Exception | None = None
    """What the client gets: an error of AWS, HungUp or Silence; None: its answer, after all."""
    nth: int = 1
    """The first call that it happens to; earlier ones are answered as usual."""
    times: int = 1
    applied: bool = False
    """Whether the call is carried out all the same."""
    meanwhile: Callable[[], None] | None = None
    """What else happens at this very moment: a test may kill the client."""

    def strikes(self, call: Call) -> bool:
        """Whether it happens to this call; counts down."""
        if self.times <= 0 or call.service != self.service:
            return False
        if self.operation not in {call.operation, "*"}:
            return False
        self.nth -= 1
        if self.nth > 0:
            return False
        self.times -= 1
        return True


def fault(kind: Kind, service: str, operation: str, *, nth: int = 1, times: int = 1) -> Fault:
    """A fault of that kind, told in the words of the service it happens at."""
    return Fault(
        service=service,
        operation=operation,
        outcome=_outcome(kind, service),
        nth=nth,
        times=times,
        applied=kind.applied,
    )


def _outcome(kind: Kind, service: str) -> Exception:
    match kind:
        case Kind.RESET | Kind.LOST:
            return HungUp("reset on demand")
        case Kind.SILENT | Kind.LATE:
            return Silence("silent on demand")
        case Kind.EXPIRED:
            return expired(service)
        case Kind.THROTTLED | Kind.INTERNAL | Kind.UNAVAILABLE | Kind.DENIED:
            return _refusal(kind, service)


def _refusal(kind: Kind, service: str) -> AwsError:
    xml = service in XML_SERVICES
    match kind:
        case Kind.THROTTLED if service == "ec2":
            return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
        case Kind.THROTTLED:
            return AwsError("Throttling" if xml else "ThrottlingException", "Rate exceeded", 400)
        case Kind.UNAVAILABLE:
            code = "ServiceUnavailable" if xml else "ServiceUnavailableException"
            return AwsError(code, "The service is unavailable. Please try again shortly.", 503)
        case Kind.DENIED if service == "ec2":
            return AwsError("UnauthorizedOperation", "You are not authorized to do this.", 403)
        case Kind.DENIED:
            return AwsError(
                "AccessDenied" if xml else "AccessDeniedException",
                "User is not authorized to perform this action",
                403 if xml else 400,
            )
        case _:
            return AwsError(INTERNAL.get(service, "InternalFailure"), "An internal error.", 500)


def expired(service: str) -> AwsError:
    """What a service says to credentials that are past their time."""
    if service in XML_SERVICES:
        return AwsError("ExpiredToken", EXPIRED, 403)
    return AwsError("ExpiredTokenException", EXPIRED, 400)


def until_gone(environ: dict[str, Any]) -> None:
    """Say nothing until the client has had enough and closes the connection."""
    select.select([environ["werkzeug.socket"]], [], [], PATIENCE)
