"""No deployment gets another one's database, and no removal takes one away."""

from typing import TYPE_CHECKING

from tests.account.test_existing_cluster import databases, make_cluster
from tests.screens.journey import journey
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, client
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.aws.session import Aws
from wizard.engine.account.existing import secrets
from wizard.ui.common.queries import TENANTS

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:formae-db"
BELONGS = "The database formae in formae-db belongs to the deployment “formae”."


def second(**more: str) -> dict[str, str]:
    """The answers of a second deployment, in the cluster of the first."""
    (arn,) = [each.arn for each in secrets(Aws("", REGION).call) if each.name == "formae-db-creds"]
    place = {"name": "nc1", "database": "existing", "cluster_arn": CLUSTER}
    return {**place, "cluster_secret_arn": arn, **more}


def flags(**given: str) -> list[str]:
    pairs = {"region": REGION, **given}.items()
    return [word for key, value in pairs for word in (f"--{key.replace('_', '-')}", value)]


@unsampled_tier
def test_only_a_database_of_its_own_and_the_cluster_stays_for_it(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    names = {each.name for each in secrets(Aws("", REGION).call)}
    assert names == {"formae-db-creds"}, "no agent's password or config is offered"
    planned = command("plan", *flags(**second()))
    assert planned.code == 3
    assert BELONGS in planned.err
    refused = command("apply", "--yes", "--json", *flags(**second()))
    assert refused.code == 3
    assert "FW-RDS-013" in refused.out
    config = client("secretsmanager").describe_secret(SecretId="formae-config")["ARN"]
    wrong = command("plan", *flags(**second(cluster_secret_arn=config, database_name="nc1")))
    assert wrong.code == 3
    assert "is one of an agent's own, not of a database" in wrong.out
    assert command.apply(**second(database_name="nc1")).code == 0
    again = command("plan", *flags(name="nc1"))
    assert again.code == 0, "it does not get in its own way"
    removed = command("destroy", "--yes", *flags(name="formae"), "--database-data", "delete")
    assert removed.code == 0
    assert "the deployment “nc1” keeps its state in it" in removed.err
    cluster = client("rds").describe_db_clusters()["DBClusters"][0]
    assert (cluster["Status"], len(cluster["DBClusterMembers"])) == ("available", 1)
    assert (
        not client("secretsmanager").describe_secret(SecretId="formae-db-creds").get("DeletedDate")
    )
    assert command("plan", *flags(name="nc1")).code == 0
    gone = command("destroy", "--yes", *flags(name="nc1"), "--database-data", "delete")
    assert "keeps its state in it" not in gone.err
    assert command("destroy", "--yes", *flags(name="formae")).code == 0
    assert client("rds").describe_db_clusters()["DBClusters"] == []


@unsampled_tier
def test_a_database_in_a_cluster_of_yours_stays_where_another_agent_uses_it(
    standin: "StandIn", command: Command
) -> None:
    existing = make_cluster()
    assert command.apply(**existing.flags).code == 0
    secrets_manager = client("secretsmanager")
    config = secrets_manager.get_secret_value(SecretId="formae-config")["SecretString"]
    tags = [{"Key": "app", "Value": "formae-agent"}]
    secrets_manager.create_secret(Name="other-config", SecretString=config, Tags=tags)
    assert command("plan", *flags(name="formae")).code == 0, "what is shared already can be changed"
    refused = command("plan", *flags(name="third", **existing.flags))
    assert refused.code == 3
    assert "The database formae in shared belongs to the deployment" in refused.err
    gone = command("destroy", "--yes", *flags(name="formae"), "--database-data", "delete")
    assert gone.code == 0
    assert "the deployment “other” keeps its state in it" in gone.err
    assert "DROPPED" not in gone.err
    assert "formae" in databases(existing)


async def test_the_first_page_asks_for_another_name_of_the_database(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    draft = {Source.FLAG: {"region": REGION, **second()}}
    async with journey(draft, size=(200, 40)) as someone:
        await someone.signed_in()
        await someone.until(lambda: someone.session.seen(TENANTS) is not None, "whose they are")
        await someone.until(lambda: BELONGS in someone.shown, "the row")
        assert "✗ Database name" in someone.shown
        someone.session.type("database_name", "nc1")
        someone.app.show_session()
        await someone.until(lambda: BELONGS not in someone.shown, "another name will do")
        someone.app.go("Database", "cluster_arn")
        await someone.until(lambda: "of “formae”" in someone.shown, "the mark in the list")
