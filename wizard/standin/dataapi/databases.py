"""The port to what keeps the databases behind the Data API, and what may go wrong there."""

from dataclasses import dataclass, field
from typing import Any, Protocol


class SqlError(Exception):
    """PostgreSQL refused a statement or a login; the SQLSTATE tells why."""

    def __init__(self, message: str, sqlstate: str) -> None:
        super().__init__(message)
        self.message = message
        self.sqlstate = sqlstate


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a result, with PostgreSQL's own name of its type."""

    name: str
    type_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a statement gave back: plain Python values."""

    columns: list[Column] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    updated: int = 0


class Session(Protocol):
    """One connection, logged in."""

    def run(self, sql: str, params: dict[str, Any]) -> Rows:
        """Run one statement whose `:name` parameters are given. Raises SqlError."""
        ...

    def begin(self) -> None:
        """Start a transaction; until then every statement stands for itself."""
        ...

    def commit(self) -> None:
        """Keep what the transaction did."""
        ...

    def rollback(self) -> None:
        """Undo what the transaction did."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Databases(Protocol):
    """The PostgreSQL servers behind the clusters, by cluster ARN."""

    def create(self, cluster: str, user: str, password: str, database: str) -> None:
        """A new cluster with its master user; `database` may be empty."""
        ...

    def set_password(self, cluster: str, password: str) -> None:
        """Change the master user's password."""
        ...

    def connect(self, cluster: str, user: str, password: str, database: str) -> Session:
        """Log in. Raises SqlError for a wrong login or a missing database."""
        ...

    def keep(self, cluster: str, snapshot: str) -> None:
        """Put the cluster's databases aside as they are, under a snapshot's ARN."""
        ...

    def restore(self, snapshot: str, cluster: str, password: str) -> None:
        """A new cluster with what was put aside; with a `password`, that is its master user's."""
        ...

    def forget(self, snapshot: str) -> None:
        """What was put aside under that ARN is gone."""
        ...

    def drop(self, cluster: str) -> None:
        """The cluster and all its databases are gone."""
        ...

    def reset(self) -> None:
        """All clusters are gone."""
        ...
