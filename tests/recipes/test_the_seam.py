"""What is one host's own stands in that host's folder, and nowhere else."""

import re
from pathlib import Path

import pytest

from tests.corpus import CORPUS
from tests.support.made import plan
from wizard.base.offer import offer, offers
from wizard.catalogue import ENTRIES

ROOT = Path(__file__).parents[2]
HOST = re.compile(r"app.?runner", re.IGNORECASE)
ROOMS = ("wizard/hosts/", "wizard/catalogue/", "wizard/standin/")
"""Where a host may be named: its own folder, the errors that AWS says, and AWS on this machine."""
QUESTIONS = {
    "wizard/answers/questions/access.py": 1,  # an AWS service that the agent may manage
}
"""Texts of questions, and on how many lines of them."""


def named() -> dict[str, int]:
    """On how many lines each file names the host, but for the folders where it may."""
    files = (path for folder in ("wizard", "screens") for path in (ROOT / folder).rglob("*.py"))
    found = {
        str(path.relative_to(ROOT)): sum(
            bool(HOST.search(line)) for line in path.read_text("utf-8").splitlines()
        )
        for path in files
    }
    return {path: lines for path, lines in found.items() if lines and not path.startswith(ROOMS)}


def test_a_host_is_named_in_its_own_folder_alone() -> None:
    beyond = {path: lines for path, lines in named().items() if lines > QUESTIONS.get(path, 0)}
    assert beyond == {}


def test_the_folder_of_a_host_is_loaded_by_its_name_alone() -> None:
    loading = re.compile(
        r"^\s*(from|import) wizard\.hosts\.(?!(?:host|service_view)\b)", re.MULTILINE
    )
    files = (path for folder in ("wizard", "screens") for path in (ROOT / folder).rglob("*.py"))
    outside = [path for path in files if "hosts" not in path.relative_to(ROOT).parts]
    assert [str(path) for path in outside if loading.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", [key for key, given in CORPUS.items() if "host" in given])
def test_what_is_read_on_one_host_names_no_other(name: str) -> None:
    own = offer(CORPUS[name]["host"]).service
    theirs = [each.label for each in offers() if each.service != own]
    assert [each for each in theirs if each in str(plan(CORPUS[name]))] == []


def test_an_error_that_any_host_can_meet_names_all_of_them_or_none() -> None:
    services = {each.service: each.label for each in offers()}
    for each in ENTRIES:
        said = " ".join((each.title, each.what, each.why, each.fix, each.alone, *each.causes))
        if {sign.service for sign in each.signs} & services.keys():
            continue  # that host's own
        named = {label in said for label in services.values()}
        assert len(named) == 1, each.code
