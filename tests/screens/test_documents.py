"""Documents on the review: read, copied, saved, and changed in an editor before they are used."""

import json
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList

from screens.copying import SaveDialog
from screens.dialogs import Dialog
from screens.review.documents import Documents
from screens.review.plan_view import PlanView
from screens.review.screen import ReviewScreen
from screens.run.result import ResultScreen
from tests.screens.journey import Journey, journey
from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import client
from tests.support.tiers import second_tier, unsampled_tier
from wizard.answers.model import Source
from wizard.export.bash import script as bash

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

POLICY = "Base policy"
EDITOR = """\
import json, pathlib, sys
file = pathlib.Path(sys.argv[1])
assert file.stat().st_mode & 0o777 == 0o600
pathlib.Path({seen!r}).write_text(str(file))
policy = json.loads(file.read_text())
{change}
file.write_text(json.dumps(policy, indent=2))
"""
MORE = """\
policy["Statement"].append(
    {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"})"""
WRONG = 'policy["Statement"][0]["Effect"] = "Perhaps"'


def use_editor(monkeypatch: pytest.MonkeyPatch, folder: Path, change: str) -> Path:
    """An editor that makes this change; the file in which it notes what it edited."""
    seen, script = folder / "seen", folder / "editor.py"
    script.write_text(EDITOR.format(seen=str(seen), change=change))
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    return seen


async def at_the_policy(person: Journey) -> Documents:
    await person.signed_in()
    await person.review()
    await person.press("3")
    documents = person.app.screen.query_one(Documents)
    options = documents.query_one(OptionList)
    while documents.page.title != POLICY:
        before = options.highlighted
        await person.press("down")
        assert options.highlighted != before
    return documents


async def test_an_edited_policy_is_what_arrives(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = use_editor(monkeypatch, tmp_path, MORE)
    async with journey() as person:
        documents = await at_the_policy(person)
        review = await person.at(ReviewScreen)
        await person.press("e")
        await person.until(lambda: documents.page.edited, "the edit")
        assert not Path(seen.read_text()).parent.exists()
        await person.until(lambda: not review.checking)
        assert "✎ Base policy" in person.shown
        assert "edited by you" in person.said
        await person.press("v")
        assert '+      "Action": "s3:ListAllMyBuckets"' in person.said
        assert changes(standin) == []
        await person.press("ctrl+s", "s")
        await person.at(ResultScreen)
        assert person.app.ended is not None
        assert person.app.ended.outcome.ok
    iam = client("iam")
    names = iam.list_role_policies(RoleName="formae-apprunner-instance")["PolicyNames"]
    texts = [
        json.dumps(
            iam.get_role_policy(RoleName="formae-apprunner-instance", PolicyName=name)[
                "PolicyDocument"
            ]
        )
        for name in names
    ]
    assert any("s3:ListAllMyBuckets" in text for text in texts)


@unsampled_tier
async def test_an_edit_that_does_not_fit_is_refused_and_can_be_repaired(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_editor(monkeypatch, tmp_path, WRONG)
    async with journey() as person:
        documents = await at_the_policy(person)
        await person.press("e")
        await person.at(Dialog)
        assert "Effect" in person.said
        assert "Edit again (e)" in person.shown
        use_editor(monkeypatch, tmp_path, 'policy["Statement"][0]["Effect"] = "Allow"\n' + MORE)
        await person.press("e")
        await person.until(lambda: documents.page.edited, "the repaired edit")
        await person.until(lambda: isinstance(person.app.screen, ReviewScreen))
        await person.press("b")
        await person.at(Dialog)
        await person.press("t")
        await person.until(lambda: not documents.page.edited, "the edit taken back")
        assert person.session.edits == {}
        use_editor(monkeypatch, tmp_path, WRONG)
        await person.press("e")
        await person.at(Dialog)
        await person.press("t")
        await person.at(ReviewScreen)
        assert not documents.page.edited


@unsampled_tier
async def test_no_editor_and_one_that_fails_are_told(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "false")
    async with journey() as person:
        documents = await at_the_policy(person)
        await person.press("e")
        await person.at(Dialog)
        assert "The editor false failed." in person.said
        await person.press("escape")
        monkeypatch.delenv("VISUAL")
        monkeypatch.delenv("EDITOR", raising=False)
        monkeypatch.setenv("PATH", "")
        await person.press("e")
        await person.at(Dialog)
        assert "No editor found." in person.said
        assert not documents.page.edited


@second_tier
async def test_copy_and_save_never_over_another_file_unasked(
    standin: "StandIn", tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    async with journey() as person:
        documents = await at_the_policy(person)
        await person.press("c")
        assert person.app.clipboard == documents.page.text
        file.write_text("mine")
        await person.press("s")
        await person.at(SaveDialog)
        await person.press("end", "ctrl+u")
        await person.paste(str(file))
        await person.press("enter")
        assert "already exists" in person.said
        assert file.read_text() == "mine"
        await person.press("enter")
        await person.at(ReviewScreen)
        assert json.loads(file.read_text()) == json.loads(documents.page.text)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@unsampled_tier
async def test_the_plan_tells_why_and_how_on_demand(standin: "StandIn") -> None:
    async with journey({Source.ENVIRONMENT: {"region": "eu-west-1"}}) as person:
        await person.signed_in()
        await person.review()
        await person.press("2", "down")
        view = person.app.screen.query_one(PlanView)
        assert view.query_one(OptionList).option_count > len(person.app.screen.query("TabPane"))
        assert "aws " not in person.said
        await person.press("m")
        assert "Do it by hand" in person.said
        await person.press("c")
        assert person.app.clipboard.startswith("aws ")


@unsampled_tier
async def test_the_script_is_read_copied_and_saved_to_be_run(
    standin: "StandIn", tmp_path: Path
) -> None:
    file = tmp_path / "deploy.sh"
    async with journey() as person:
        await person.signed_in()
        review = await person.review()
        prepared = review._prepared
        assert prepared is not None
        script = bash(prepared.plan, prepared.answers)
        await person.press("4")
        await person.until(lambda: "Copy" in person.shown and "#!/" in person.said)
        await person.press("c")
        assert person.app.clipboard == script
        await person.press("s")
        await person.at(SaveDialog)
        await person.press("end", "ctrl+u")
        await person.paste(str(file))
        await person.press("enter")
        await person.at(ReviewScreen)
        assert file.read_text() == script
        assert stat.S_IMODE(file.stat().st_mode) == 0o700


@unsampled_tier
async def test_the_script_of_what_is_deployed_is_its_changes(
    standin: "StandIn", command: Command
) -> None:
    command.deployed(cpu="2 vCPU", memory="4 GB")
    async with journey({Source.FLAG: {"cpu": "4 vCPU", "memory": "12 GB"}}) as person:
        await person.signed_in()
        await person.review()
        await person.press("4")
        await person.until(
            lambda: "Only what this plan changes" in person.said and "#!/" in person.said
        )
        assert "create-db-cluster" not in person.said
        assert "Whole script" in person.shown
        await person.press("v")
        await person.until(lambda: "create-db-cluster" in person.said)
        assert "Changes only" in person.shown
        await person.press("v")
        await person.until(lambda: "update-service" in person.said)
