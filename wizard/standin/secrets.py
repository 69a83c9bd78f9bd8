"""Secrets Manager over moto's: AWS's words for secrets pending deletion, and slow purging."""

from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation, World

PENDING = "You can't perform this operation on the secret because it was marked for deletion."
PENDING_CREATE = (
    "You can't create this secret because a secret with this name is already scheduled for "
    "deletion."
)
PENDING_STAGE = "AWSPENDING"
MISSING = "Secrets Manager can't find the specified secret."


class Secrets:
    """The operations that differ from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world
        self._purged: dict[tuple[str, str], float] = {}

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateSecret": self._create,
            "DeleteSecret": self._delete,
            "GetSecretValue": self._unless_pending,
            **dict.fromkeys(("PutSecretValue", "UpdateSecret"), self._put),
            "ListSecretVersionIds": self._versions,
            "UpdateSecretVersionStage": self._restage,
        }

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _create(self, call: Call) -> dict[str, Any]:
        name = call.params.get("Name", "")
        secret = _find(self._world, call.region, name)
        purged = self._purged.get((call.region, name))
        wait = self._world.durations.secret_purge
        still_there = purged is not None and self._world.clock.since(purged) < wait
        if still_there or (secret and secret.is_deleted()):
            raise AwsError("InvalidRequestException", PENDING_CREATE)
        return self._world.moto.ask(call)

    def _delete(self, call: Call) -> dict[str, Any]:
        secret = _find(self._world, call.region, call.params.get("SecretId", ""))
        answer = self._world.moto.ask(call)
        if secret and call.params.get("ForceDeleteWithoutRecovery"):
            self._purged[call.region, secret.name] = self._world.clock.now()
        return answer

    def _unless_pending(self, call: Call) -> dict[str, Any]:
        secret = _find(self._world, call.region, call.params.get("SecretId", ""))
        if secret and secret.is_deleted():
            raise AwsError("InvalidRequestException", PENDING)
        return self._world.moto.ask(call)

    def _put(self, call: Call) -> dict[str, Any]:
        """A new version takes the labels it is given, and no others, from those before."""
        secret = _find(self._world, call.region, call.params.get("SecretId", ""))
        versions = secret.versions if secret else {}
        waiting = [each for each in versions.values() if PENDING_STAGE in each["version_stages"]]
        answer = self._unless_pending(call)
        if PENDING_STAGE not in (call.params.get("VersionStages") or []):
            for each in waiting:
                if PENDING_STAGE not in each["version_stages"]:
                    each["version_stages"].append(PENDING_STAGE)
        return answer

    def _versions(self, call: Call) -> dict[str, Any]:
        """When each version was made; moto says when it was asked."""
        secret = _find(self._world, call.region, call.params.get("SecretId", ""))
        answer = self._world.moto.ask(call)
        for each in answer["Versions"]:
            each["CreatedDate"] = secret.versions[each["VersionId"]]["createdate"]
        return answer

    def _restage(self, call: Call) -> dict[str, Any]:
        """Who reads the secret gets the version labelled AWSCURRENT, whoever put the label on."""
        secret = _find(self._world, call.region, call.params.get("SecretId", ""))
        answer = self._unless_pending(call)
        for key, version in secret.versions.items():
            if "AWSCURRENT" in version["version_stages"]:
                secret.set_default_version_id(key)
        return answer


def read(world: World, region: str, arn: str) -> str:
    """A secret's current value, for other services. Raises as GetSecretValue does."""
    secret = _find(world, region, arn)
    if secret is None:
        raise AwsError("ResourceNotFoundException", MISSING)
    if secret.is_deleted():
        raise AwsError("InvalidRequestException", PENDING)
    version = next(v for v in secret.versions.values() if "AWSCURRENT" in v["version_stages"])
    return str(version.get("secret_string") or "")


def full_arn(world: World, region: str, arn: str) -> str | None:
    """The secret's own ARN; None where there is no such secret."""
    secret = _find(world, region, arn)
    return str(secret.arn) if secret else None


def _find(world: World, region: str, name: str) -> Any:
    return world.moto.backend("secretsmanager", region).secrets.get(name) if name else None
