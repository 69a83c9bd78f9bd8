"""Answers nobody gave today: of an earlier sitting, and of what is deployed already."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from screens.answers.summary import Page, SummaryScreen
from screens.review.screen import ReviewScreen
from screens.run.result import ResultScreen
from tests.journeys.life import somebody_says
from tests.screens.journey import Journey, journey
from tests.support.command import Command
from tests.support.standin import REGION, client
from tests.support.tiers import unsampled_tier
from wizard.answers.autosave import flush, last
from wizard.answers.model import Source
from wizard.answers.resolving import Texts, from_environment, with_file
from wizard.engine.diff import Action
from wizard.ui.common.overview import rows
from wizard.ui.common.queries import DEPLOYED

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROLE, READ_ONLY = "formae-apprunner-instance", "arn:aws:iam::aws:policy/ReadOnlyAccess"
Draft = dict[Source, dict[str, str]]


def page(person: Journey) -> dict[str, str]:
    """The rows of the first page, by name."""
    options = person.app.screen.query_one(Page).options
    texts = [str(each.prompt) for each in options]
    return {text[12:31].strip(" ?✗"): text[31:].strip() for text in texts}


@pytest.fixture
def left(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> Draft:
    """The draft of somebody who comes back, in a terminal that says another region."""
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    return {Source.ENVIRONMENT: from_environment({"AWS_REGION": "eu-central-1"})}


async def test_answers_of_an_earlier_time_are_said_and_can_be_left(left: Draft) -> None:
    async with journey({Source.FLAG: {"region": REGION}}) as person:
        await person.signed_in()
        person.session.type("cpu", "2 vCPU")
        person.session.type("memory", "4 GB")
    flush()
    kept = last()
    assert kept is not None
    async with journey(with_file(left, kept.answers)) as person:
        await person.at(SummaryScreen)
        await person.signed_in()
        words = f"your answers of {date.today():%Y-%m-%d}"
        assert f"Filled in: {words}." in person.shown
        assert "z Start over" in person.shown
        assert words in page(person)["Agent size"]
        assert page(person)["Region"].startswith(REGION)
        person.session.type("api_user", "me")
        await person.press("z")
        await person.until(lambda: person.session.place[1] == "eu-central-1")
        await person.signed_in()
        assert "1 vCPU" in page(person)["Agent size"]
        assert page(person)["API user"].startswith("me")
        assert page(person)["Region"].startswith("eu-central-1")
        for gone in ("Filled in", "Start over"):
            assert gone not in person.shown


async def test_what_is_deployed_stays_but_for_what_is_changed(
    standin: "StandIn", command: Command
) -> None:
    size = ("--cpu", "2 vCPU", "--memory", "4 GB")
    others = ("--max-capacity", "4", "--tags", "team=a", "--region", REGION)
    assert command("apply", "--yes", *size, *others).code == 0
    async with journey() as person:
        await person.at(SummaryScreen)
        await person.until(lambda: person.session.deployment, "what is deployed")
        assert "“formae” is deployed here" in person.shown
        shown = page(person)
        assert "2 vCPU, 4 GB  (as deployed)" in shown["Agent size"]
        assert "0.5 to 4 capacity units  (as deployed)" in shown["Database size"]
        assert "team=a  (as deployed)" in shown["Additional tags"]
        person.session.type("cpu", "1 vCPU")
        person.session.type("memory", "3 GB")
        review = await person.review()
        assert with_action(review, Action.UPDATE) == {"service", "config-secret"}
        prepared = review._prepared
        assert prepared is not None
        secret = prepared.preflight.findings["config-secret"]
        assert secret.differs == ("the record of your answers",)
        assert not with_action(review, Action.CREATE)
        assert "team=a" in person.said


@unsampled_tier
async def test_the_review_waits_for_what_is_deployed(standin: "StandIn", command: Command) -> None:
    command.deployed(tags="team=a")
    async with journey({Source.FLAG: {"name": "other", "region": REGION}}) as person:
        await person.until(lambda: person.session.seen(DEPLOYED))
        person.session.draft[Source.FLAG]["name"] = "formae"
        person.session.recollect()
        assert person.session.deployment is None  # nobody has asked about this name yet
        review = await person.review()
        assert not with_action(review, Action.UPDATE) | with_action(review, Action.CREATE)


async def test_what_is_deployed_gives_way_to_what_does_not_go_with_it(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    async with journey() as person:
        await person.until(lambda: person.session.deployment)
        person.session.type("cpu", "4 vCPU")  # not to be had with the 2 GB that are deployed
        assert not person.session.collected.problem("memory")
        assert person.session.collected.values["memory"] == 8192


def with_action(review: ReviewScreen, which: Action) -> set[str]:
    """The steps of which the check says so."""
    prepared = review._prepared
    assert prepared is not None
    found = prepared.preflight.findings
    return {step for step, change in found.items() if change.action is which}


def test_answers_of_an_account_are_nobodys_own() -> None:
    from wizard.answers.resolving import said

    draft = {Source.DEPLOYED: {"cpu": "2 vCPU"}, Source.FILE: Texts({"name": "a"}, {})}
    assert said(draft) == {"name": "a"}


@unsampled_tier
async def test_a_scope_that_somebody_widened_is_put_back(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    somebody_says(f"iam attach-role-policy --role-name {ROLE} --policy-arn {READ_ONLY}")
    async with journey() as person:
        await person.until(lambda: person.session.deployment and person.session.deployment.drift)
        page_of = person.app.screen.query_one(Page)
        page_of.focus()
        page_of.highlighted = next(at for at, row in enumerate(rows(person.session)) if row.drift)
        await person.until(lambda: "b Put back" in person.shown)
        await person.press("b")
        assert "It is put back." in person.said
        review = await person.review()
        assert with_action(review, Action.UPDATE) == {"instance-role"}
        await person.press("ctrl+s", "s")
        result = await person.at(ResultScreen)
        assert result._ended.outcome.ok, person.said
    attached = client("iam").list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    assert [each["PolicyName"] for each in attached] == ["PowerUserAccess"]
