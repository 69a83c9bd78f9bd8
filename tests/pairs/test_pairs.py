"""A few of the pairs: `python -m tests.pairs --full` plays them all."""

from pathlib import Path

import pytest

from tests.pairs.stage import Pair, Stage, pairs
from tests.support.made import answers
from tests.support.standin import NewAccount
from tests.support.tiers import second_tier
from wizard.answers.questions.question import fingerprint
from wizard.engine.account.ownership import proved
from wizard.engine.plan_report import retained


@second_tier
@pytest.mark.parametrize(
    "pair",
    [
        Pair("read-only", "defaults"),
        Pair("services", "existing"),
        Pair("defaults", "ecs-gateway"),
        Pair("ecs", "mirror"),
    ],
    ids=str,
)
def test_one_is_made_of_the_other(pair: Pair, new_account: NewAccount, tmp_path: Path) -> None:
    folder = tmp_path / "stage"
    folder.mkdir()
    stage = Stage(new_account(), folder)
    with stage.lit():
        assert stage.play(pair) == []


def test_every_ordered_pair_is_among_them() -> None:
    assert len({(each.have, each.want) for each in pairs()}) == len(pairs()) >= 90


def test_only_a_set_of_policies_that_was_recorded_counts_as_the_wizards() -> None:
    ours, theirs = ["arn:b", "arn:a"], ["arn:0", "arn:z"]
    assert sorted(proved(sorted(ours + theirs), fingerprint(ours))) == sorted(ours)
    assert proved(sorted(theirs), fingerprint(ours)) == ()
    assert proved(["arn:a", *theirs], fingerprint(ours)) == (), "one of them was taken off by hand"
    assert proved([f"arn:{n}" for n in range(13)], fingerprint(["arn:1"])) == ()


def test_what_stays_is_told_once_and_only_where_it_does() -> None:
    same = answers({})
    before = {
        "database": "new",
        "database_name": "formae",
        "protect": "yes",
        "scope": "power-user",
        "image_version": same.image_version,
        "tags": "",
    }
    assert retained(before, same) == []
    assert retained({}, same) == []
    older = {**before, "tags": "team=a", "image_version": "0.80.0"}
    kinds = [each.kind for each in retained(older, same)]
    assert kinds == ["image"]
    on_ecs = answers({"host": "ecs-gateway"})
    apart = {**older, "datastore": "data-api"}
    assert [each.kind for each in retained(apart, on_ecs)] == ["groups"]
    there = {**older, "host": "ecs", "datastore": "postgres"}
    assert [each.kind for each in retained(there, same)] == ["group"]
    copy = {**before, "host": "ecs", "copy_image": "yes", "architecture": "arm64"}
    told = retained(copy, answers({"host": "ecs", "copy_image": "yes"}))
    (stays,) = (each.words for each in told if each.kind == "image")
    assert f"The image {same.image_version} for arm64 stays" in stays
    pulled = {**copy, "copy_image": "no", "architecture": "x86_64", "image_version": "0.80.0"}
    told = retained(pulled, answers({"host": "ecs", "copy_image": "yes"}))
    assert "image" not in {each.kind for each in told}
    elsewhere = {**older, "host": "ecs-gateway", "subnets": "subnet-0a1b2c3d4e5f60718"}
    assert [each.kind for each in retained(elsewhere, same)] == ["subnets"]
    other = answers({"protect": "no", "database_name": "other"})
    assert [each.kind for each in retained(before, other)] == ["database", "password"]
