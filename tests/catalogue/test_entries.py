"""The catalogue is whole: codes are unique and well formed, and each entry can come about."""

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.catalogue.raised import AWS, HELLO, OTHERS
from tests.support.standin import REGION
from wizard.aws.session import Aws
from wizard.base.errors import AwsError
from wizard.catalogue import AREAS, ENTRIES, entry, explain, filled, find

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROOT = Path(__file__).parents[2]
BY_SAYING = [each for each in ENTRIES if each.signs]


def named() -> set[str]:
    """Codes that the sources name where something happens."""
    found = set[str]()
    for path in sorted([*ROOT.glob("wizard/**/*.py"), *ROOT.glob("screens/**/*.py")]):
        if "catalogue" in path.parts and path.stem != "__init__":
            continue  # the entries themselves
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"\bFW-[A-Z]+-\d{3}\b", node.value))
    return found


def test_codes_are_unique_and_well_formed() -> None:
    codes = [each.code for each in ENTRIES]
    assert len(set(codes)) == len(codes)
    for each in ENTRIES:
        assert re.fullmatch(r"FW-[A-Z]{2,4}-\d{3}", each.code)
        assert each.area in AREAS


def test_titles_are_unique() -> None:
    titles = [each.title for each in ENTRIES]
    assert len(set(titles)) == len(titles)


def test_they_say_what_to_do_in_sentences() -> None:
    for each in ENTRIES:
        assert each.fix
        for text in (each.why, each.fix, each.what, each.alone, *each.causes):
            assert not text or re.search(r"[.)]$", filled(text)), text
        assert not each.title.endswith(".")


def test_every_code_that_is_named_is_there() -> None:
    known = {each.code for each in ENTRIES}
    assert named() - known == set()


def test_every_entry_can_come_about() -> None:
    said = {code for code, *_ in AWS} | {code for code, _ in OTHERS}
    assert {each.code for each in BY_SAYING} - said == set(), "none says it in raised.py"
    unsaid = {each.code for each in ENTRIES if not each.signs}
    assert unsaid - named() == set(), "nobody names it"


def test_what_aws_says(standin: "StandIn") -> None:
    aws = Aws("", REGION)
    for code, service, theirs, message in AWS:
        operation, params = HELLO[service]
        standin.fail(service, operation, theirs, message)
        with pytest.raises(AwsError) as caught:
            aws.call(service, operation, params)
        told = explain(caught.value, "Looking")
        assert told.entry == code, message
        assert told.origin is not None
        assert told.origin.code == theirs
        assert told.origin.request_id
        assert told.origin.request_id in told.more
        remedy = caught.value.remedy  # that of this sign-in
        assert told.fix.startswith(remedy or entry(code).fix)


def test_what_others_say() -> None:
    for code, raised in OTHERS:
        found = find(raised)
        assert found is not None, raised
        assert found.code == code, raised


def test_what_nobody_knows() -> None:
    told = explain(AwsError("rds", "CreateDBCluster", "Novel", "Never seen.", "r-1"), "Making it")
    assert told.entry == "FW-AWS-099"
    assert "Never seen. (Novel)" in told.why
    assert (
        told.more
        == "formae-wizard explain FW-AWS-099 · AWS: Novel of rds CreateDBCluster, request r-1"
    )
