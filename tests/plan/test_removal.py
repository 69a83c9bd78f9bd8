"""The plan as it is taken back: sound against AWS's own models, in the right order, as chosen."""

import pytest

from tests.corpus import ACCOUNT, CLUSTER, CORPUS, REGION, SECRET
from tests.support.made import answers
from wizard.base.offer import known_hosts
from wizard.engine.preflight.offline import check
from wizard.plan.graph import backwards, sorter
from wizard.plan.inputs import Choices, Data, Extent, OthersCluster, PlanInputs, Snapshot
from wizard.plan.model import Plan
from wizard.plan.moving import on
from wizard.plan.removal import removal
from wizard.standin.durations import Durations

SCALING = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:autoscalingconfiguration/formae-agent/"
EVERYTHING = Extent(
    theirs=OthersCluster(CLUSTER, SECRET, "agents"),
    attached={
        "access-role": ("arn:aws:iam::aws:policy/ReadOnlyAccess",),
        "instance-role": (
            "arn:aws:iam::aws:policy/PowerUserAccess",
            f"arn:aws:iam::{ACCOUNT}:policy/formae-agent-2",
        ),
    },
    inline={"instance-role": ("formae-data-api", "by-hand")},
    profiles={"instance-role": ("mine",)},
    versions={1: ("v1", "v2")},
    members=("reader",),
    left={
        "scalings": (f"{SCALING}2/{'a' * 32}", f"{SCALING}1/{'b' * 32}"),
        "logs": ("/aws/apprunner/formae-agent/x/application",),
    },
    snapshots=(Snapshot("formae-db-final-1", 1),),
)


def made(extent: Extent = EVERYTHING, **choices: object) -> Plan:
    chosen = Choices(snapshot="formae-db-final-2", **choices)  # type: ignore[arg-type]
    return removal(answers({"region": REGION}), PlanInputs(account=ACCOUNT), extent, chosen)


@pytest.mark.parametrize("extent", [EVERYTHING, Extent()], ids=["everything", "nothing"])
@pytest.mark.parametrize("data", list(Data))
@pytest.mark.parametrize("purge", [True, False])
def test_it_is_sound(extent: Extent, data: Data, purge: bool) -> None:
    assert check(made(extent, data=data, purge_secrets=purge)) == []


@pytest.mark.parametrize("name", [name for name, texts in CORPUS.items() if "host" in texts])
def test_what_an_old_host_has_goes_whatever_is_wanted_of_the_new_one(name: str) -> None:
    """Subnets, an internal address and an existing cluster are the new one's."""
    for key in known_hosts():
        there = on(answers(CORPUS[name]), key)
        plan = removal(there, PlanInputs(account=ACCOUNT), Extent(), Choices())
        assert check(plan) == []


def test_how_long_a_thing_takes_to_go_is_not_how_long_it_took_to_make() -> None:
    usual = {step.id: step.usual for step in made().steps}
    lasts = Durations()
    for step, seconds in {
        "cluster": lasts.cluster_delete,
        "instance": lasts.instance_delete,
        "service": lasts.service_delete,
    }.items():
        assert usual[step][0] <= seconds <= usual[step][1], step
    assert max(high for step, (_, high) in usual.items() if step.endswith("secret")) <= 20


def test_the_order_is_the_plans_backwards() -> None:
    plan = made()
    graph = sorter(backwards(plan))
    order: list[str] = []
    while graph.is_active():
        ready = graph.get_ready()
        order += ready
        graph.done(*ready)
    place = {step_id: number for number, step_id in enumerate(order)}
    for first, then in [
        ("service", "scaling"),
        ("service", "scaling-1"),
        ("service", "log-1"),
        ("service", "instance"),
        ("service", "member-reader"),
        ("service", "their-database"),
        ("service", "config-secret"),
        ("service", "instance-role"),
        ("service", "repository"),
        ("config-secret", "api-secret"),
        ("instance", "cluster"),
        ("member-reader", "cluster"),
        ("cluster", "database-secret"),
        ("runtime-policy", "instance-role"),
        ("instance-role-inline-by-hand", "instance-role"),
        ("instance-role-profile-mine", "instance-role"),
        ("scope-1", "policy-1"),
        ("policy-1-v2", "policy-1"),
    ]:
        assert place[first] < place[then], f"{first} goes before {then}"


def test_what_was_chosen_is_in_the_calls() -> None:
    (kept,) = made().step("cluster").delete
    assert kept.params == {
        "DBClusterIdentifier": "formae-db",
        "FinalDBSnapshotIdentifier": "formae-db-final-2",
    }
    (lost,) = made(data=Data.DELETE).step("cluster").delete
    assert lost.params == {"DBClusterIdentifier": "formae-db", "SkipFinalSnapshot": True}
    assert made().step("their-database").delete == ()
    (dropped,) = made(data=Data.DELETE).step("their-database").delete
    assert dropped.params["sql"] == 'DROP DATABASE IF EXISTS "agents" WITH (FORCE)'
    assert dropped.params["resourceArn"] == CLUSTER
    (secret,) = made(purge_secrets=True).step("config-secret").delete
    assert secret.params["ForceDeleteWithoutRecovery"] is True
    assert "RecoveryWindowInDays" not in secret.params
