"""The RDS Data API: checks as AWS makes them, then the statement on the cluster's database."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from wizard.standin import secrets
from wizard.standin.call import AwsError, Call
from wizard.standin.dataapi import values
from wizard.standin.dataapi.databases import Rows, Session, SqlError
from wizard.standin.rds.lives import ClusterLife, Lives
from wizard.standin.world import Operation, World

LONGEST_SQL = 65_536
IDLE_LIMIT = 180.0


@dataclass(slots=True)
class Transaction:
    """An open transaction and when it was last used."""

    cluster: str
    session: Session
    used: float


class DataApi:
    """All operations of `rds-data`."""

    complete = True

    def __init__(self, world: World, lives: Lives) -> None:
        self._world = world
        self._lives = lives
        self._transactions: dict[str, Transaction] = {}

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "ExecuteStatement": self._execute,
            "BatchExecuteStatement": self._batch,
            "BeginTransaction": self._begin,
            "CommitTransaction": lambda call: self._end(call, commit=True),
            "RollbackTransaction": lambda call: self._end(call, commit=False),
        }

    def advance(self) -> None:
        """Roll back transactions nobody used for too long."""
        for key, transaction in list(self._transactions.items()):
            if self._world.clock.now() - transaction.used > IDLE_LIMIT:
                del self._transactions[key]
                transaction.session.close()

    def close(self) -> None:
        """End all connections."""
        for transaction in self._transactions.values():
            transaction.session.close()
        self._transactions.clear()

    def _execute(self, call: Call) -> dict[str, Any]:
        given = values.parameters(call.params.get("parameters") or [])
        return _shown(call, self._run(call, [given])[0])

    def _batch(self, call: Call) -> dict[str, Any]:
        sets = call.params.get("parameterSets") or [[]]
        self._run(call, [values.parameters(given) for given in sets])
        return {"updateResults": [{"generatedFields": []} for _ in sets]}

    def _run(self, call: Call, sets: list[dict[str, Any]]) -> list[Rows]:
        sql = call.params.get("sql", "")
        if not sql.strip():
            raise AwsError("BadRequestException", "SQL is empty")
        if len(sql) > LONGEST_SQL:
            raise AwsError("BadRequestException", "SQL string is too long")
        session, own = self._session(call)
        try:
            return [session.run(sql, given) for given in sets]
        except SqlError as error:
            raise _database_error(error) from error
        finally:
            if own:
                session.close()

    def _session(self, call: Call) -> tuple[Session, bool]:
        key = call.params.get("transactionId")
        if not key:
            return self._connect(call), True
        return self._transaction(call, key).session, False

    def _transaction(self, call: Call, key: str) -> Transaction:
        transaction = self._transactions.get(key)
        if transaction is None or transaction.cluster != call.params["resourceArn"]:
            raise AwsError("TransactionNotFoundException", f"Transaction {key} is not found", 404)
        transaction.used = self._world.clock.now()
        return transaction

    def _begin(self, call: Call) -> dict[str, Any]:
        session = self._connect(call)
        session.begin()
        key = uuid4().hex
        cluster = call.params["resourceArn"]
        self._transactions[key] = Transaction(cluster, session, self._world.clock.now())
        return {"transactionId": key}

    def _end(self, call: Call, *, commit: bool) -> dict[str, Any]:
        key = call.params["transactionId"]
        session = self._transaction(call, key).session
        del self._transactions[key]
        try:
            if commit:
                session.commit()
            else:
                session.rollback()
        finally:
            session.close()
        done = "Transaction Committed" if commit else "Rollback Complete"
        return {"transactionStatus": done}

    def _connect(self, call: Call) -> Session:
        arn = call.params["resourceArn"]
        self._demand_cluster(call, arn)
        user, password = self._login(call)
        # Without a database PostgreSQL's own default holds: the one named like the user.
        database = call.params.get("database") or user
        try:
            return self._world.databases.connect(arn, user, password, database)
        except SqlError as error:
            raise _database_error(error) from error

    def _demand_cluster(self, call: Call, arn: str) -> None:
        name = arn.rpartition(":")[2]
        life = self._lives.clusters.get((call.region, name))
        if life is None or life.arn != arn:
            raise AwsError("NotFoundException", f"DBCluster {name} is not found for {arn}", 404)
        clock, durations = self._world.clock, self._world.durations
        if not life.endpoint_enabled(clock, durations):
            raise AwsError(
                "HttpEndpointNotEnabledException",
                f"HttpEndpoint is not enabled for cluster {name}. Please refer to "
                "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html"
                "#data-api.troubleshooting",
            )
        self._demand_writer(call.region, name, life)

    def _demand_writer(self, region: str, name: str, cluster: ClusterLife) -> None:
        clock, durations = self._world.clock, self._world.durations
        ages = [
            clock.since(life.created) - life.takes(durations)
            for life in self._lives.members(region, name)
            if life.status(clock, durations) == "available"
        ]
        if not ages or cluster.status(clock, durations) == "creating":
            raise AwsError(
                "DatabaseNotFoundException", "The DB cluster doesn't have a DB instance.", 404
            )
        if max(ages) < durations.data_api_ready:
            raise AwsError("DatabaseUnavailableException", "", 504)

    def _login(self, call: Call) -> tuple[str, str]:
        arn = call.params["secretArn"]
        full = secrets.full_arn(self._world, call.region, arn) or arn
        try:
            self._world.roles.demand(call.access_key, "secretsmanager:GetSecretValue", full)
            text = secrets.read(self._world, call.region, arn)
        except AwsError as error:
            raise AwsError(
                "SecretsErrorException",
                f"Error fetching secret {arn} : {error.message} (Service: AWSSecretsManager; "
                f"Status Code: 400; Error Code: {error.code})",
            ) from error
        try:
            login = json.loads(text)
            return str(login["username"]), str(login["password"])
        except (ValueError, KeyError, TypeError) as error:
            raise AwsError(
                "InvalidSecretException",
                f"The secret {arn} is not a JSON object with username and password",
            ) from error


def _shown(call: Call, result: Rows) -> dict[str, Any]:
    answer: dict[str, Any] = {"numberOfRecordsUpdated": result.updated, "generatedFields": []}
    if not result.columns:
        return answer
    del answer["generatedFields"]
    if call.params.get("formatRecordsAs") == "JSON":
        return answer | {"formattedRecords": values.as_json(result)}
    answer["records"] = [[values.field(value) for value in row] for row in result.rows]
    if call.params.get("includeResultMetadata"):
        answer["columnMetadata"] = [values.metadata(column) for column in result.columns]
    return answer


def _database_error(error: SqlError) -> AwsError:
    return AwsError("DatabaseErrorException", f"{error.message}; SQLState: {error.sqlstate}")
