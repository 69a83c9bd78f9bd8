"""Which password works at this moment, and where it is: asked of the agent, not supposed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from wizard.base.errors import AwsError, WizardError
from wizard.base.names import Names
from wizard.engine.flow import Flow
from wizard.engine.rotate.run import Rotation, Wish
from wizard.plan.model import Call
from wizard.plan.resources.database import statement
from wizard.plan.resources.verify import STATS
from wizard.plan.rotation.versions import CURRENT, PENDING, PREVIOUS
from wizard.plan.world import World

WHERE = {
    CURRENT: "in the current version of the secret {name}",
    PENDING: "in version AWSPENDING of the secret {name}",
    PREVIOUS: "in version AWSPREVIOUS of the secret {name}",
}


def works(flow: Flow, rotation: Rotation, wish: Wish) -> Mapping[str, str]:
    """A sentence for each password that was to be another, by "api" and "database".

    Read and ask only; never raises for what AWS or the agent does.
    """
    world, names = flow.world(rotation.answers), Names(rotation.plan.name)
    found: dict[str, str] = {}
    if wish.api and rotation.api:
        found["api"] = _api(world, names, rotation.api.url)
    if wish.database:
        found["database"] = _database(world, names)
    return found


def _api(world: World, names: Names, url: str) -> str:
    name = names.api_secret
    for stage in WHERE:
        known = _version(world, name, stage)
        if not known:
            continue
        answer = world.probe(url + STATS, str(known["username"]), str(known["password"]))
        if answer.status == 200:
            return f"The agent now accepts only the password {WHERE[stage].format(name=name)}."
    return _both("API", name)


def _database(world: World, names: Names) -> str:
    name = names.database_secret
    if _answers(world, names):
        return f"The database now accepts only the password {WHERE[CURRENT].format(name=name)}."
    return _both("database's", name)


def _both(which: str, name: str) -> str:
    return (
        f"The wizard could not check whether the old or the new {which} password works; both are "
        f"in the secret {name}, as versions AWSCURRENT, AWSPENDING or AWSPREVIOUS."
    )


def _answers(world: World, names: Names) -> bool:
    try:
        clusters = world.call("rds", "DescribeDBClusters", {"DBClusterIdentifier": names.cluster})[
            "DBClusters"
        ]
        secret = world.call("secretsmanager", "DescribeSecret", {"SecretId": names.database_secret})
        call: Call = statement("SELECT 1", clusters[0]["DBClusterArn"], secret["ARN"])
        world.call(call.service, call.operation, call.params)
    except (AwsError, WizardError, LookupError):
        return False
    return True


def _version(world: World, name: str, stage: str) -> Mapping[str, object]:
    try:
        answer = world.call(
            "secretsmanager", "GetSecretValue", {"SecretId": name, "VersionStage": stage}
        )
        found = json.loads(answer["SecretString"])
    except (AwsError, WizardError, KeyError, ValueError):
        return {}
    usable = isinstance(found, dict) and {"username", "password"} <= found.keys()
    return found if usable else {}
