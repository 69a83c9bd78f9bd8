"""Apply, lose every local file, look: the answers are there again, and nothing is to be done."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus import CORPUS, placed, surroundings
from tests.support.account import changes
from tests.support.command import Command
from tests.support.tiers import tail
from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS, Detected
from wizard.answers.resolving import collect
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.ui.common.queries import DEPLOYED

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

UNSEEN = frozenset(
    {"profile", "region", "image_source", "client_config", "activate_profile", "keychain"}
)
"""Answers of which nothing is left in an account; they come from this machine or the defaults."""
APART = ("ecs-gateway", "hostile")
"""Entries that together have most answers another way than it is by default."""
COPIED = "policy_file"
"""Not the person's own path: a copy of what is deployed."""


def _values(draft: dict[Source, dict[str, str]]) -> dict[str, Any]:
    collected = collect(draft, Detected())
    assert not collected.problems, collected.problems
    return dict(collected.values)


def _same(one: Any, other: Any) -> bool:
    """IAM lists policies and tags in an order of its own."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return sorted(one) == sorted(other)
    return bool(one == other)


@pytest.mark.parametrize("name", [*APART, *tail([(name,) for name in CORPUS if name not in APART])])
def test_every_answer_is_read_back_and_nothing_is_to_be_done(
    name: str, standin: "StandIn", command: Command, home: Path
) -> None:
    given = placed(name, surroundings(name))
    words = [f"--{key.replace('_', '-')}={given[key]}" for key in given]
    end = command("apply", "--yes", *words)
    assert end.code == 0, end.err
    shutil.rmtree(home / ".config", ignore_errors=True)
    shutil.rmtree(home / ".local", ignore_errors=True)
    place = {"region": given["region"], "name": given.get("name", "formae")}
    before = len(changes(standin))

    found = DEPLOYED.ask(Flow(), ("", place["region"], place["name"]))

    assert changes(standin)[before:] == [], "looking changes nothing"
    assert found.gaps == ()
    assert found.drift == ()
    wanted = _values({Source.FLAG: given})
    again = _values({Source.FLAG: place, Source.DEPLOYED: dict(found.answers)})
    different = {
        question.key
        for question in QUESTIONS
        if question.when(wanted) and not _same(wanted[question.key], again[question.key])
    }
    assert different <= UNSEEN | {COPIED}
    if given.get("scope") == "file":
        mine, copy = (json.loads(Path(each[COPIED]).read_text()) for each in (wanted, again))
        assert mine == copy

    before = len(changes(standin))
    end = command("apply", "--yes", "--region", place["region"], "--name", place["name"])
    assert end.code == 0, end.err
    assert changes(standin)[before:] == []


@pytest.mark.parametrize("name", tail([("services",), ("defaults",), ("large",)]))
def test_the_plan_of_what_is_deployed_finds_all_as_wanted(
    name: str, standin: "StandIn", command: Command
) -> None:
    given = CORPUS[name]
    command.deployed(**given)
    flow, place = Flow(), (given["region"], given.get("name", "formae"))
    answers = DEPLOYED.ask(flow, ("", *place)).answers
    collected = collect(
        {Source.FLAG: {"region": place[0]}, Source.DEPLOYED: dict(answers)}, Detected()
    )
    findings = flow.prepare(collected.answers()).preflight.findings
    assert {each.action for each in findings.values()} <= {Action.KEEP, Action.RUN}
