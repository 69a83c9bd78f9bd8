"""The first page and what stands behind its rows: doubtful answers, sizes, sign-ins, names."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList

from screens.answers.costs import signed
from screens.answers.fields.narrowing import MOST
from screens.answers.group import GroupScreen
from screens.answers.pages import AccountScreen, DatabaseScreen, SizingScreen
from screens.answers.summary import Page, SummaryScreen
from screens.review.screen import ReviewScreen
from tests.screens.journey import Journey, journey
from tests.support.standin import ACCOUNT, client
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.answers.questions import Group
from wizard.base.errors import WizardError

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CLUSTER = f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:orders"


def row(person: Journey, name: str) -> str:
    """A row of the first page, in full."""
    options = person.app.screen.query_one(Page).options
    return next(str(each.prompt) for each in options if name in str(each.prompt))


async def test_one_page_says_everything_and_enter_leads_to_the_review(standin: "StandIn") -> None:
    async with journey() as person:
        await person.at(SummaryScreen)
        await person.press("enter")  # before AWS has said who this is: it is waited for
        await person.at(ReviewScreen)
        assert person.session.account == ACCOUNT


@unsampled_tier
async def test_a_row_is_changed_in_its_field_and_one_comes_back(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        assert "(environment)" in row(person, "Region")
        assert "1 vCPU, 2 GB  (more than" in row(person, "Agent size")
        assert "a month idle" in person.shown
        await person.press("down", "down", "down", "down", "enter")
        await person.at(SizingScreen)
        await person.press("escape")
        await person.at(SummaryScreen)
        assert person.app.screen.query_one(Page).has_focus
        person.app.go(Group.ADVANCED.value, "name")
        await person.at(GroupScreen)
        await person.press(*["backspace"] * 6, *"other", "ctrl+n")
        await person.at(SummaryScreen)
        assert "other  (your choice)" in row(person, "Name")


@unsampled_tier
async def test_a_region_changed_later_marks_the_cluster_and_keeps_it(standin: "StandIn") -> None:
    typed = {"database": "existing", "cluster_arn": CLUSTER}
    async with journey({Source.TYPED: typed}) as person:
        await person.signed_in()
        assert not person.session.doubts.causes
        person.app.go(Group.ACCOUNT.value)
        await person.at(AccountScreen)
        await person.focus("region")
        await person.paste("us-east-1")
        assert "? Database" not in person.shown  # its secret is missing altogether
        assert person.session.collected.values["cluster_arn"] == CLUSTER
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        problem = person.problem("cluster_arn")
        assert problem.startswith("? Check this, because the region is now us-east-1.")
        assert "is in eu-west-1" in problem
        await person.press("ctrl+n")
        await person.at(DatabaseScreen)
        person.session.type("region", "eu-west-1")
        person.app.show_session()
        assert person.problem("cluster_arn") == ""


async def test_a_memory_the_new_cpu_has_not_is_marked(standin: "StandIn") -> None:
    async with journey({Source.TYPED: {"memory": "3 GB"}}) as person:
        person.session.type("cpu", "2 vCPU")
        person.app.show_session()
        await person.pilot.pause()
        assert "? Agent size" in row(person, "Agent size")
        assert "because the CPU is now 2 vCPU" in row(person, "Agent size")
        await person.press("ctrl+s")
        await person.at(SummaryScreen)
        await person.press("enter")
        await person.at(SizingScreen)
        assert "? Sizing" in person.shown
        assert person.session.text("memory") == "3 GB"


async def test_a_pasted_arn_that_is_none_is_told_under_the_field(standin: "StandIn") -> None:
    async with journey({Source.FLAG: {"database": "existing"}}) as person:
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        await person.focus("cluster_arn")
        await person.paste("arn:aws:rds:eu-west-1:12:cluster:x")
        assert person.problem("cluster_arn").startswith("✗ That is not the ARN")


async def test_a_larger_size_moves_the_cost_at_once(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        person.app.go(Group.SIZING.value)
        screen = await person.at(SizingScreen)
        await person.until(lambda: "today's AWS prices" in person.said, "prices of now")
        before = person.session.costs
        assert "about 100 resources" in person.said
        screen.query_one("#field-size Choices").focus()
        await person.press("down")
        assert person.session.costs == before
        await person.press("space")
        after = person.session.costs
        assert after.idle > before.idle
        assert f"{signed(after.idle - before.idle)} idle" in person.said
        assert not screen.query_one("#field-cpu").display
        await person.press("down", "down", "space")
        assert screen.query_one("#field-cpu").display


async def test_an_expired_login_says_how_to_renew_and_is_checked_again(
    standin: "StandIn", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    sso = "sso_start_url=https://x.awsapps.com/start\nsso_region=eu-west-1\n"
    account = f"sso_account_id={ACCOUNT}\nsso_role_name=admin\nregion=eu-west-1\n"
    config.write_text(f"[profile dev]\n{sso}{account}", "utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    async with journey({Source.FLAG: {"profile": "dev"}}) as person:
        await person.until(lambda: isinstance(person.session.signed_in, WizardError))
        assert "✗ Profile" in row(person, "Profile")
        for words in ("Why: ", "aws sso login --profile dev", "press Ctrl-L", "^l Check sign-in"):
            assert words in person.shown  # on the first page, in 80 by 24
        await person.press("l")
        await person.at(AccountScreen)
        assert "aws sso login --profile dev" in person.said
        assert "Check sign-in" in person.shown
        keys = "aws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=x\n"
        config.write_text(f"[profile dev]\n{keys}region=eu-west-1\n", "utf-8")
        await person.press("ctrl+l")
        await person.signed_in()
        assert f"Signed in to account {ACCOUNT}" in person.said
        assert "Check sign-in" not in person.shown


async def test_a_name_that_is_taken_is_told_while_one_types(standin: "StandIn") -> None:
    trust = '{"Version":"2012-10-17","Statement":[]}'
    client("iam").create_role(RoleName="orders-apprunner-instance", AssumeRolePolicyDocument=trust)
    async with journey() as person:
        await person.signed_in()
        person.app.go(Group.ADVANCED.value, "name")
        await person.at(GroupScreen)
        await person.until(
            lambda: "Available: nothing in this account uses this name." in person.said
        )
        await person.focus("name")
        await person.press(*["backspace"] * 6, *"orders")
        await person.until(lambda: "role orders-apprunner-instance" in person.problem("name"))
        assert "Choose another name" in person.problem("name")
        person.session.type("adopt", "yes")
        person.app.show_session()
        await person.until(lambda: not person.problem("name"))
        person.session.type("adopt", None)
        person.app.show_session()
        await person.until(lambda: bool(person.problem("name")))
        await person.press("s")
        assert person.problem("name") == ""


@unsampled_tier
async def test_typing_narrows_a_thousand_profiles_down(standin: "StandIn", home: Path) -> None:
    folder = home / ".aws"
    folder.mkdir()
    many = (f"[profile team-{number}]\nregion = eu-west-1\n" for number in range(1299))
    (folder / "config").write_text("".join(many))
    async with journey() as person:
        await person.signed_in()
        person.app.go(Group.ACCOUNT.value)
        screen = await person.at(AccountScreen)
        rows = screen.query_one("#field-profile OptionList", OptionList)
        await person.until(lambda: rows.option_count == MOST + 1)
        assert "1,100 more" in str(rows.options[-1].prompt)
        await person.focus("profile")
        await person.write("1234")
        assert [str(each.prompt).split()[0] for each in rows.options] == ["team-1234"]
        await person.press("down", "enter")
        assert person.session.place[0] == "team-1234"


async def test_policies_are_picked_from_a_list_or_pasted(standin: "StandIn") -> None:
    allow = '{"Effect":"Allow","Action":"s3:*","Resource":"*"}'
    document = f'{{"Version":"2012-10-17","Statement":[{allow}]}}'
    made = client("iam").create_policy(PolicyName="deployers", PolicyDocument=document)
    own = made["Policy"]["Arn"]
    async with journey({Source.FLAG: {"scope": "policies"}}) as person:
        await person.signed_in()
        person.app.go(Group.SCOPE.value)
        screen = await person.at(GroupScreen)
        await person.until(
            lambda: "Your account has 1 policy of its own" in person.said, "the policies"
        )
        rows = screen.query_one("#field-policy_arns OptionList", OptionList)
        assert "deployers" in str(rows.options[0].prompt)
        assert "not attached" in str(rows.options[0].prompt)
        await person.focus("policy_arns")
        await person.write("deploy")
        assert rows.option_count == 1
        await person.press("down", "space")
        assert person.session.collected.values["policy_arns"] == (own,)
        await person.focus("policy_arns")
        await person.press(*["backspace"] * 6)
        pasted = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
        await person.paste(pasted)
        assert person.session.collected.values["policy_arns"] == (own, pasted)
        await person.press("enter")
        assert person.session.collected.values["policy_arns"] == (own, pasted)
        assert "[x] arn:aws:iam::aws:policy/IAMReadOnlyAccess" in str(rows.options[0].prompt)
