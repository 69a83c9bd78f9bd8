"""One request to AWS as the stand-in sees it, what it may end in, and the diary of all of them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Call:
    """A request, read by botocore's own model of the service."""

    service: str
    """The signing name: `rds-data`, `secretsmanager`, …"""
    operation: str
    region: str
    access_key: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    request: Any = None
    """moto's request object, for what is passed on."""
    refused: bool = False
    """Whether the stand-in itself refused it, as AWS does what is not ready."""

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}"


class AwsError(Exception):
    """An error as AWS would answer it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
