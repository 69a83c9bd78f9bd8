"""Choosing a cluster one has: the list, its secret, and the proof before going on."""

from typing import TYPE_CHECKING

from textual.widgets import OptionList

from screens.answers.fields.field import laid_out
from screens.answers.pages import DatabaseScreen
from tests.screens.journey import Journey, journey
from tests.support.standin import client, passes
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.answers.questions import Group, lists
from wizard.answers.questions.lists import Cluster, QuestionContext
from wizard.ui.common.queries import CLUSTERS

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

EXISTING = {Source.FLAG: {"database": "existing"}}


def make_cluster(name: str, *, data_api: bool = True, instance: bool = True) -> str:
    """A cluster whose master secret RDS keeps; its ARN."""
    rds = client("rds")
    made = rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        ManageMasterUserPassword=True,
        EnableHttpEndpoint=data_api,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 1},
    )["DBCluster"]
    if instance:
        rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-1",
            DBClusterIdentifier=name,
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
        )
        passes(900)
        waiter = rds.get_waiter("db_instance_available")
        waiter.wait(
            DBInstanceIdentifier=f"{name}-1", WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
        )
    return str(made["DBClusterArn"])


def tried(standin: "StandIn") -> int:
    """How often a cluster was asked through the Data API."""
    return sum(call.operation == "ExecuteStatement" for call in standin.calls)


@unsampled_tier
async def test_nothing_is_wrong_before_anything_is_chosen(standin: "StandIn") -> None:
    """What is missing is only called a mistake once somebody goes on without it."""
    async with journey(EXISTING) as person:
        await person.signed_in()
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        await person.until(lambda: person.session.seen(CLUSTERS) == [], "that there is none")
        assert "Paste its ARN." in person.said
        assert person.problem("cluster_arn") == ""
        assert "Fix first" not in person.shown
        await person.press("ctrl+n")
        assert person.problem("cluster_arn") == "✗ Paste its ARN."
        assert "Fix first" in person.shown


async def at_the_database(person: Journey) -> DatabaseScreen:
    await person.signed_in()
    person.app.go(Group.DATABASE.value)
    screen = await person.at(DatabaseScreen)
    await person.until(lambda: person.session.seen(CLUSTERS), "the list of clusters")
    return screen


async def test_pick_a_cluster_and_go_on_once_it_is_proved(standin: "StandIn") -> None:
    arn = make_cluster("orders")
    make_cluster("empty", instance=False)
    async with journey(EXISTING) as person:
        screen = await at_the_database(person)
        assert "1 of 2 in eu-west-1 can be used." in person.said
        rows = screen.query_one("#field-cluster_arn OptionList", OptionList)
        assert [option.disabled for option in rows.options] == [False, True]
        await person.focus("cluster_arn")
        await person.press("down", "enter")
        assert person.session.collected.values["cluster_arn"] == arn
        assert ":secret:rds!cluster-" in person.session.collected.values["cluster_secret_arn"]
        assert not screen.query_one("#field-enable_data_api").display
        await person.press("ctrl+n")
        await person.until(lambda: not isinstance(person.app.screen, DatabaseScreen))
        assert tried(standin) == 1


@unsampled_tier
async def test_a_cluster_that_refuses_is_told_and_tried_again(standin: "StandIn") -> None:
    make_cluster("orders")
    standin.fail(
        "rds-data",
        "ExecuteStatement",
        "BadRequestException",
        "password authentication failed for user",
    )
    async with journey(EXISTING) as person:
        await at_the_database(person)
        await person.focus("cluster_arn")
        await person.press("down", "enter")
        await person.until(lambda: "password authentication failed" in person.said)
        await person.at(DatabaseScreen)
        assert "What to do:" in person.said
        assert "✗ Database" in person.shown
        await person.press("ctrl+n")
        await person.until(lambda: not isinstance(person.app.screen, DatabaseScreen))


@unsampled_tier
async def test_a_data_api_that_is_off_is_switched_on_only_when_said(standin: "StandIn") -> None:
    make_cluster("quiet", data_api=False)
    async with journey(EXISTING) as person:
        screen = await at_the_database(person)
        await person.focus("cluster_arn")
        await person.press("down", "enter", "ctrl+n")
        await person.at(DatabaseScreen)
        assert "The Data API of quiet is off" in person.problem("enable_data_api")
        assert screen.query_one("#field-enable_data_api").has_class("-prominent")
        await person.press("left")
        assert "The Data API of quiet is off" in person.problem("enable_data_api")
        await person.press("space")
        assert person.problem("enable_data_api") == ""
        await person.press("ctrl+n")
        await person.until(lambda: not isinstance(person.app.screen, DatabaseScreen))
        assert tried(standin) == 0


async def test_an_arn_of_another_region_is_told_beside_the_field(standin: "StandIn") -> None:
    async with journey(EXISTING) as person:
        await person.signed_in()
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        await person.until(lambda: "No clusters in eu-west-1." in person.said)
        await person.focus("cluster_arn")
        await person.paste("arn:aws:rds:us-east-1:123456789012:cluster:far-away")
        assert "is in us-east-1" in person.problem("cluster_arn")


def test_rows_fit_and_say_why_not() -> None:
    def cluster(name: str, unfit: str = "") -> Cluster:
        return Cluster("arn", name, "aurora-postgresql", "16.9", "available", True, "", unfit)

    known = QuestionContext(
        values={"region": "eu-west-1"},
        clusters=[cluster("x" * 60), cluster("y", unfit="it has no instance")],
    )
    rows = laid_out(lists.CLUSTERS, lists.CLUSTERS.listed(known).offers, 44)
    assert len(rows[0].label) <= 44
    assert rows[0].label.endswith("… 16.9 available Data API on")
    assert (rows[1].label, rows[1].unfit) == ("y", "it has no instance")
