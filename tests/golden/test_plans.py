"""Every corpus entry's plan with details, as text and as JSON, to be reviewed as a diff.

A policy file of the corpus is named from its folder, for lines are broken by their length.
"""

import json
from pathlib import Path

import pytest

from tests.corpus import CORPUS, FOLDER
from tests.support.golden import golden, nothing_stale
from tests.support.made import answers, plan
from wizard.base.text import BCRYPT
from wizard.cli.commands.plan import document_members
from wizard.engine.changes import members as row_members
from wizard.engine.plan_report import Foreseen, foresee_offline
from wizard.ui.common.plan_text import plan_text


@pytest.fixture(autouse=True)
def _among_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


def foreseen(name: str) -> Foreseen:
    given = dict(CORPUS[name])
    if "policy_file" in given:
        given["policy_file"] = str(Path(given["policy_file"]).relative_to(FOLDER))
    return foresee_offline(plan(given), answers(given))


@pytest.mark.parametrize("name", CORPUS)
def test_the_plan_as_text(name: str) -> None:
    text = plan_text(foreseen(name), details=True)
    assert BCRYPT.search(text) is None
    golden(f"plans/{name}.txt", text)


@pytest.mark.parametrize("name", CORPUS)
def test_the_plan_as_json(name: str) -> None:
    found = foreseen(name)
    members = {
        "rows": [row_members(row, details=True) for row in found.rows],
        "documents": [document_members(each, details=True) for each in found.documents],
        "costs": found.costs,
    }
    text = json.dumps(members, indent=1, ensure_ascii=False) + "\n"
    golden(f"plans/{name}.json", text)


def test_no_plan_is_left_over() -> None:
    nothing_stale("plans", [f"{name}.{kind}" for name in CORPUS for kind in ("txt", "json")])
