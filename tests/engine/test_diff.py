"""What a run does with a step: its action, its words, and what of it differs."""

import json
from importlib.resources import files

from tests.corpus import CORPUS
from tests.support.made import plan
from wizard.engine.changes import rows
from wizard.engine.diff import RESTORED, Action, Difference, PlannedChange
from wizard.engine.refresh import unseen
from wizard.plan.model import Call, Step

PLAN = plan(CORPUS["defaults"])
ROLE = PLAN.step("instance-role")
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def detached(have: str) -> Difference:
    call = Call(service="iam", operation="DetachRolePolicy", params={"PolicyArn": have})
    return Difference(
        what="a policy too many", have=have, want="taken away", update=call, effect="E"
    )


def listed(step: Step, change: PlannedChange) -> list[PlannedChange]:
    found = rows(PLAN, {**unseen(PLAN), step.id: change})
    return [row for row in found if row.step is step]


def test_every_action_is_a_word_of_the_json_lines() -> None:
    schema = json.loads((files("assets") / "events.schema.json").read_text("utf-8"))
    assert [each.value for each in Action] == schema["$defs"]["row"]["properties"]["change"]["enum"]
    assert Action("change") is Action.UPDATE


def test_every_action_has_its_symbol_and_its_words() -> None:
    """As `plan`, the review and the checks show them."""
    assert {each.value: (each.symbol, each.label, each.tally) for each in Action} == {
        "make": ("+", "will be created", "to create"),
        "change": ("~", "will be changed", "to change"),
        "remake": ("↻", "will be replaced", "to replace"),
        "remove": ("−", "will be deleted", "to delete"),
        "keep": ("=", "exists", "unchanged"),
        "do": ("▸", "will be checked", "to check"),
        "refuse": ("✗", "cannot be used", "blocked"),
    }


def test_what_a_step_takes_away_has_rows_of_its_own() -> None:
    tags = Difference(what="its tags", have="none", want="two", effect="Changed in place.")
    change = PlannedChange(ROLE, Action.UPDATE, (tags, detached(ADMIN), detached("tag x")))
    own, policy, tag = listed(ROLE, change)
    assert (own.title, own.action, own.differs) == (ROLE.title, Action.UPDATE, ("its tags",))
    assert (own.effect, own.why) == ("Changed in place.", ROLE.why)
    assert (policy.title, policy.action) == (f"{ROLE.title}: AdministratorAccess", Action.DELETE)
    assert (policy.why, policy.effect) == ("A policy too many.", "E")
    assert "detach-role-policy" in policy.commands[0]
    assert tag.title == f"{ROLE.title}: tag x"


def test_a_step_that_only_takes_away_is_as_wanted_itself() -> None:
    own, gone = listed(ROLE, PlannedChange(ROLE, Action.UPDATE, (detached(ADMIN),)))
    assert (own.action, own.commands) == (Action.KEEP, ())
    assert gone.action is Action.DELETE


def test_what_is_replaced_or_restored_says_so() -> None:
    (replaced,) = listed(ROLE, PlannedChange(ROLE, Action.REPLACE))
    assert replaced.effect == "Removed and created again."
    back = Difference(what=RESTORED, have="asleep", want="awake")
    assert PlannedChange(ROLE, Action.UPDATE, (back,)).restores
    assert not PlannedChange(ROLE, Action.UPDATE, (detached(ADMIN),)).restores
