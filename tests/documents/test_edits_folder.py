"""`--edits FOLDER`: documents edited by hand are used, from whichever form they were saved in."""

import os
import shlex
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.corpus import CORPUS, REGION
from tests.documents.test_edits_applied import AGENT, POLICY, REQUEST, TRUST, edits
from tests.support.account import changes, secret, service
from tests.support.command import Command, End
from tests.support.made import OWN_POLICY, PERMISSIONS, answers, plan
from tests.support.standin import client
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.documents.edits import FolderEdits, editable
from wizard.engine.edits_import import NAMES, keep_edits, read_edits, returned
from wizard.export.bash import bundle
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.plan.model import Plan
from wizard.plan.placeholders import text_of

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

HERE = PlanInputs(account="123456789012")


def folder_of(texts: dict[str, str], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def applied(command: Command, folder: Path, *words: str) -> End:
    return command("apply", "--yes", "--region", REGION, "--edits", str(folder), *words)


def defaults() -> tuple[Answers, Plan]:
    made = answers(CORPUS["defaults"])
    return made, build(made, HERE)


def test_what_lies_in_the_folder_is_what_is_used(
    standin: "StandIn", command: Command, tmp_path: Path
) -> None:
    folder = folder_of({**edits(), "notes.txt": "mine", "deploy.sh": "x"}, tmp_path / "docs")
    end = applied(command, folder)
    assert end.code == 0, end.err
    assert (
        f"Not used from {folder}, because no document has this name: deploy.sh, notes.txt"
        in end.err
    )
    assert "// by hand" in secret("formae-config")
    role = client("iam").get_role(RoleName="formae-apprunner-instance")["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Sid"] == "ByHand"
    assert service()["HealthCheckConfiguration"]["Interval"] == 15
    before = len(changes(standin))
    assert applied(command, folder).code == 0
    assert changes(standin)[before:] == []


@pytest.mark.parametrize("name", CORPUS)
def test_documents_nobody_edited_change_nothing_in_either_form(name: str) -> None:
    made = plan(CORPUS[name])
    for form in (editable, lambda each: text_of(each, made)):
        texts = {each.name: form(each) for each in made.documents if not each.fixed}
        known = {"S3": ("s3:A",), "SQS": ("sqs:A",), "Lambda": ("lambda:A",)}
        here = PlanInputs(account="123456789012", permissions=known, own_policy="{}")
        again = build(answers(CORPUS[name]), here)
        texts |= {
            each.name: form(each) if form is editable else text_of(each, again)
            for each in again.documents
            if not each.fixed
        }
        assert returned(FolderEdits(texts, "docs"), answers(CORPUS[name]), here) == {}


@pytest.mark.parametrize("name", CORPUS)
def test_documents_that_export_wrote_change_nothing(name: str) -> None:
    made = answers(CORPUS[name])
    known = {service: PERMISSIONS.get(service, ("s3:A",)) for service in made.services}
    here = PlanInputs(permissions=known, own_policy=OWN_POLICY)
    texts = bundle(build(made, here), made)
    documents = {file: text for file, text in texts.items() if NAMES.fullmatch(file)}
    assert len(documents) >= 5
    assert returned(FolderEdits(documents, "docs"), made, here) == {}


def test_what_the_review_saved_gets_its_holes_back() -> None:
    made, whole = defaults()
    shown = {each.name: text_of(each, whole) for each in whole.documents}
    texts = {
        AGENT: shown[AGENT].replace("agent {", "// by hand\nagent {", 1).replace("\n", "\r\n"),
        REQUEST: shown[REQUEST].replace('"Interval": 10', '"Interval": 15'),
        POLICY: shown[POLICY].replace('"Effect"', '"Sid": "ByHand", "Effect"', 1)
        if '"Sid"' not in shown[POLICY]
        else shown[POLICY].replace('"Sid": "', '"Sid": "ByHand', 1),
    }
    used = returned(FolderEdits(texts, "docs"), made, HERE)
    assert used.keys() == texts.keys()
    original = {each.name: each for each in whole.documents}
    wanted = editable(original[AGENT]).replace("agent {", "// by hand\nagent {", 1)
    for hole, value in (("database", "formae"), ("region", REGION), ("username", "formae")):
        wanted = wanted.replace(f"${{{hole}}}", value)  # known before, so it stands as it is
    assert used[AGENT] == wanted
    assert "•" not in "".join(used.values())
    holes = {name: text.count('"${') for name, text in used.items()}
    assert holes[REQUEST] == editable(original[REQUEST]).count('"${')
    assert holes[POLICY] == editable(original[POLICY]).count('"${')


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (
            {"formae-agent-1.json": "{}"},
            "formae-agent-1.json: The plan does not have this document",
        ),
        ({AGENT: "", TRUST: "{}"}, f"{TRUST}: "),
        ({REQUEST: '{"ServiceName": "other"}'}, f"{REQUEST}: "),
        ({AGENT: 'amends "formae:/Config.pkl"\nx = "••••••••"\n'}, "stands for a secret"),
    ],
)
def test_what_does_not_fit_is_told_with_its_file(
    standin: "StandIn", command: Command, tmp_path: Path, texts: dict[str, str], told: str
) -> None:
    folder = folder_of(texts, tmp_path / "docs")
    end = applied(command, folder)
    assert end.code == 2
    assert told in end.err
    assert end.err.count(f"✗ {folder}/") == len(texts), "all at once"
    assert changes(standin) == []


def test_a_folder_that_cannot_be_used(command: Command, tmp_path: Path) -> None:
    assert "cannot be read" in applied(command, tmp_path / "gone").err
    empty = applied(command, tmp_path)
    assert empty.code == 2
    assert "The folder contains none of the wizard's documents" in empty.err
    os.mkfifo(tmp_path / AGENT)
    (tmp_path / TRUST).write_bytes(b"{}\n\xff")
    end = applied(command, tmp_path)
    assert end.code == 2
    assert f"✗ {tmp_path / AGENT}: It is a pipe" in end.err
    assert f"✗ {tmp_path / TRUST}:2: It is not UTF-8" in end.err


def test_a_run_that_stops_names_the_folder_to_go_on_with(
    standin: "StandIn", command: Command, tmp_path: Path
) -> None:
    folder = folder_of(edits(), tmp_path / "my docs")
    standin.fail("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none left")
    end = applied(command, folder)
    assert end.code == 1
    assert "does not know" not in end.err
    (again,) = (line for line in end.err.splitlines() if line.startswith("Resume: "))
    words = shlex.split(again.removeprefix("Resume: "))
    assert words[words.index("--edits") + 1] == str(folder)
    assert command(*words[1:]).code == 0
    assert "// by hand" in secret("formae-config")


def test_what_was_edited_in_the_review_is_kept_for_later(home: Path) -> None:
    made = build(answers(CORPUS["defaults"]), HERE, edits())
    folder = Path(keep_edits(made))
    assert folder == home / ".local/state/formae-wizard/edits/formae"
    assert {path.name for path in folder.iterdir()} == {AGENT, TRUST, POLICY, REQUEST}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    again = returned(read_edits(str(folder)), answers(CORPUS["defaults"]), HERE)
    assert build(answers(CORPUS["defaults"]), HERE, again) == made
    only = {AGENT: edits()[AGENT]}
    keep_edits(build(answers(CORPUS["defaults"]), HERE, only))
    assert [path.name for path in folder.iterdir()] == [AGENT]
    (home / ".local/state/formae-wizard").chmod(0o700)


def test_where_it_cannot_be_kept_nothing_fails(home: Path) -> None:
    (home / ".local").write_text("not a folder")
    assert keep_edits(build(answers(CORPUS["defaults"]), HERE, edits())) == ""


@pytest.mark.parametrize("name", CORPUS)
def test_every_document_that_can_be_edited_is_known_by_its_name(name: str) -> None:
    for each in plan(CORPUS[name]).documents:
        assert bool(NAMES.fullmatch(each.name)) is not bool(each.fixed), each.name


def test_an_edit_of_the_review_is_not_looked_at_twice() -> None:
    changed = {AGENT: "nonsense"}
    assert returned(changed, answers(CORPUS["defaults"]), HERE) is changed
    with pytest.raises(WizardError):
        build(answers(CORPUS["defaults"]), HERE, changed)
