"""What you do not say stays: a plain `plan` after any choice finds nothing to change."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.account.test_existing_cluster import make_cluster
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION
from tests.support.tiers import tail, unsampled_tier
from wizard.answers.questions import QUESTIONS, question
from wizard.engine.flow import Flow
from wizard.standin.rds import versions
from wizard.ui.common.queries import DEPLOYED

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CHOSEN: dict[str, dict[str, str]] = {
    "a new database": {
        "cpu": "2",
        "memory": "4",
        "min_capacity": "1",
        "max_capacity": "2.5",
        "engine_version": "15.13",
        "database_name": "agent",
        "api_user": "ada",
        "hide_itself": "no",
        "image_version": "0.88.0",
        "image_source": "mirror.example.com/formae",
        "tags": "team=platform",
        "scope": "services",
        "services": "S3",
        "activate_profile": "no",
        "keychain": "yes",
    },
    "an open API": {
        "protect": "no",
        "client_config": "no",
        "scope": "policies",
        "policy_arns": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
    "an existing database": {"database": "existing", "enable_data_api": "yes"},
}
ASKED_FOR_EACH_TIME = {
    "profile": "says where",
    "region": "says where",
    "account": "says where",
    "name": "says which",
    "adopt": "a consent, used up",
    "wake": "a consent, used up",
    "put_back": "a consent, used up",
    "replace_image": "a consent, used up",
    "through_docker": "about this machine",
}
ELSEWHERE = {
    "policy_file": "tests/account/test_round_trip.py: a copy takes its place",
    "snapshot": "tests/restore: it takes a snapshot to restore",
    "host": "tests/hosts: another host is another account of everything",
    "allow_cidr": "tests/hosts/test_ecs_gateway.py: App Runner restricts nobody",
    "architecture": "tests/hosts/test_image_digest.py: App Runner has only one",
    "deletion_protection": "tests/hosts/test_ecs_surroundings.py: App Runner has no gateway",
    "copy_image": "tests/hosts/test_image_digest.py: App Runner always copies it",
    "subnets": "tests/hosts/test_subnets.py: App Runner is outside the VPC",
    "internal": "tests/hosts/test_subnets.py: App Runner is outside the VPC",
    "datastore": "tests/hosts/test_datastore.py: no choice on App Runner",
    "open_database": "tests/hosts/test_datastore.py: no choice on App Runner",
}


def test_every_answer_is_tried() -> None:
    tried = {key for given in CHOSEN.values() for key in given}
    tried |= {"cluster_arn", "cluster_secret_arn"}
    assert {each.key for each in QUESTIONS} == tried | {*ASKED_FOR_EACH_TIME} | {*ELSEWHERE}


@pytest.mark.parametrize("name", [*[*CHOSEN][:1], *tail([(name,) for name in [*CHOSEN][1:]])])
def test_a_plain_plan_finds_nothing_to_change(
    name: str, standin_postgres: "StandIn", command: Command
) -> None:
    given = dict(CHOSEN[name])
    if "database" in given:
        given |= make_cluster(data_api=False).flags
    source = given.pop("image_source", "")
    assert command.apply(**given).code == 0
    if source:  # nothing is copied from there now, but the next version will be
        assert command.apply(image_source=source).code == 0
        given["image_source"] = source
    end = command("plan", "--region", REGION)
    assert end.code == 0, end.out + end.err
    found = DEPLOYED.ask(Flow(), ("", REGION, "formae")).answers
    for key, text in given.items():
        each = question(key)
        assert each.same(each.parse(found[key]), each.parse(text)), key
        assert key != "engine_version" or found[key] == text


@unsampled_tier
def test_a_version_that_was_withdrawn_meanwhile(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed(engine_version="16.13")
    assert command("plan", "--region", REGION).code == 0
    left = tuple(each for each in versions.MINORS[16] if each != "16.13")
    monkeypatch.setitem(versions.MINORS, 16, left)
    end = command("plan", "--region", REGION)
    assert end.code == 0, end.out + end.err
    end = command("plan", "--region", REGION, "--name", "other", "--engine-version", "16.13")
    assert "16.13 is not available" in end.out + end.err


def test_what_was_chosen_in_another_account_is_not_taken(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    assert command.apply(image_source="mirror.example.com/formae").code == 0
    (kept,) = home.rglob("done/formae.*.toml")
    kept.write_text(kept.read_text().replace(ACCOUNT, "210987654321"))
    assert "image_source" not in DEPLOYED.ask(Flow(), ("", REGION, "formae")).answers
