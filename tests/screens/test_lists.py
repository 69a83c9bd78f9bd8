"""Every list is alike: it narrows down, scrolls, takes what is pasted; moving changes no answer."""

from functools import partial

import pytest
from textual.widgets import Button, OptionList

from screens.answers.fields.choices import Choices, Many
from screens.answers.fields.narrowing import Picker
from tests.screens.journey import Journey
from tests.screens.play import CLUSTERS, EXPIRED, Play
from tests.screens.stage import go, settled, staged
from tests.support.tiers import tail, unsampled_tier
from wizard.answers.questions import Group
from wizard.local.profiles import Profile, SignInKind

POLICIES = {"scope": "policies"}
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"


def told(person: Journey) -> str:
    """What was said for a moment."""
    return " ".join(each.message for each in person.app._notifications)


def chosen(person: Journey) -> tuple[str, ...]:
    """The policies that are the answer."""
    found: tuple[str, ...] = person.session.collected.values["policy_arns"]
    return found


async def at_the_policies(person: Journey) -> Many:
    """Into the line above the policies."""
    await go(person, Group.SCOPE)
    field = await person.focus("policy_arns")
    assert isinstance(field.editor, Many)
    return field.editor


@unsampled_tier
async def test_moving_over_choices_changes_no_answer() -> None:
    async with staged(Play(), POLICIES) as person:
        many = await at_the_policies(person)
        await person.press("down", "down", "space")
        ticked = chosen(person)
        assert len(ticked) == 1
        await person.press(*["up"] * 12)
        assert person.session.text("scope") == "policies"
        assert chosen(person) == ticked
        assert many.display
        radio = person.app.screen.query_one("#field-scope Choices", Choices)
        radio.focus()
        await person.press("up")
        assert person.session.text("scope") == "policies"
        await person.press("space")
        assert person.session.text("scope") == "services"


async def test_enter_takes_the_choice_under_the_cursor_and_goes_on() -> None:
    async with staged(Play()) as person:
        await go(person, Group.DATABASE)
        await person.focus("database")
        await person.press("down", "down")
        assert person.session.text("database") == "new"
        await person.press("enter")
        assert person.session.text("database") == "existing"
        assert not isinstance(person.app.screen.focused, Choices)


async def test_a_pasted_value_ticks_its_row_and_enter_goes_on_from_there() -> None:
    async with staged(Play(), POLICIES) as person:
        many = await at_the_policies(person)
        await person.paste(READ)
        assert chosen(person) == (READ,)
        assert not person.problem("policy_arns")
        assert many.line.value == ""
        await person.press("enter", "enter")
        assert person.session.problems(Group.SCOPE) == {}
        assert isinstance(person.app.screen.focused, Button)


async def test_several_pasted_lines_are_several_values() -> None:
    other = "arn:aws:iam::123456789012:policy/mine"
    async with staged(Play(), POLICIES) as person:
        await at_the_policies(person)
        await person.paste(f'\n"{READ}",\r\n  {AUDIT}  {other}\n')
        assert set(chosen(person)) == {READ, AUDIT, other}
        assert told(person) == ""


async def test_what_cannot_be_ticked_is_dropped_and_said() -> None:
    async with staged(Play(), {"scope": "services"}) as person:
        await go(person, Group.SCOPE)
        await person.focus("services")
        await person.paste("S3, EC2 and VPC\nIAM")
        assert set(person.session.collected.values["services"]) == {"S3", "EC2"}
        assert "Not in the list, and dropped: IAM" in told(person)


async def test_enter_ticks_and_never_takes_a_tick_away() -> None:
    async with staged(Play(), POLICIES) as person:
        many = await at_the_policies(person)
        await person.write("readonly")
        assert chosen(person) == ()
        await person.press("enter")
        assert chosen(person) == (READ,)
        await person.press("down", "home")
        assert many.list.has_focus
        row = many.shown[many.list.highlighted or 0].value
        await person.press("enter")
        assert row in chosen(person)
        assert many.list.has_focus
        await person.press("enter")
        assert row in chosen(person)
        assert not many.has_focus_within
        await person.focus("policy_arns")
        await person.press("down", "home", "space")
        assert row not in chosen(person)


async def test_letters_in_the_list_narrow_it_down() -> None:
    async with staged(Play(), POLICIES) as person:
        many = await at_the_policies(person)
        await person.press("down", "j", "k", "a")
        assert many.line.has_focus
        assert many.line.value == "jka"
        await person.press(*["backspace"] * 3, "down")
        assert many.list.has_focus
        await person.press("a", "u", "d")
        assert [each.value for each in many.shown] == [AUDIT]


PROFILES = [
    Profile(name="default", kind=SignInKind.KEYS, region="eu-west-1"),
    Profile(name="staging", kind=SignInKind.KEYS, region="eu-west-1"),
    Profile(name="staging-admin", kind=SignInKind.KEYS, region="eu-west-1"),
]


async def at_the_profile(person: Journey) -> Picker:
    """Into the profile's line, with some profiles there."""
    person.session.profiles = list(PROFILES)
    await go(person, Group.ACCOUNT)
    field = await person.focus("profile")
    assert isinstance(field.editor, Picker)
    await person.press(*["backspace"] * 10)
    return field.editor


async def test_what_narrows_a_list_down_is_no_answer_before_enter() -> None:
    async with staged(Play()) as person:
        picker = await at_the_profile(person)
        before = person.session.place
        await person.write("def")
        assert [each.value for each in picker.shown] == ["default"]
        assert person.session.place == before
        assert person.problem("profile") == ""
        await person.press("enter")
        assert person.session.place[0] == "default"
        assert not picker.has_focus_within


async def test_enter_with_several_left_leads_into_them() -> None:
    async with staged(Play()) as person:
        picker = await at_the_profile(person)
        await person.write("adm")
        await person.press(*["backspace"] * 3, *"stag", "enter")
        assert picker.list.has_focus
        await person.press("down", "enter")
        assert person.session.place[0] == "staging-admin"


@pytest.mark.parametrize("key", ["tab", *tail([("ctrl+n",), ("f2",)])])
async def test_what_was_typed_counts_once_one_leaves(key: str) -> None:
    async with staged(Play()) as person:
        await at_the_profile(person)
        await person.write("nobody")
        assert person.session.place[0] != "nobody"
        await person.press(key)
        await settled(person)
        assert person.session.place[0] == "nobody"


@pytest.mark.parametrize(
    "pasted",
    [f'"{CLUSTERS[0].arn}",', *tail([(f"  “{CLUSTERS[0].arn}” ",), (f"\n{CLUSTERS[0].arn}\n",)])],
)
async def test_a_pasted_value_loses_what_is_around_it(pasted: str) -> None:
    async with staged(Play(), {"database": "existing"}) as person:
        await go(person, Group.DATABASE)
        await person.focus("cluster_arn")
        await person.paste(pasted)
        assert person.session.text("cluster_arn") == CLUSTERS[0].arn
        assert told(person) == ""


async def test_more_lines_than_a_field_takes_are_said() -> None:
    async with staged(Play(), {"database": "existing"}) as person:
        await go(person, Group.DATABASE)
        await person.focus("cluster_arn")
        await person.paste("\n".join(each.arn for each in CLUSTERS))
        assert person.session.text("cluster_arn") == CLUSTERS[0].arn
        assert "Only the first line was taken; 2 lines dropped: " in told(person)


async def test_a_field_of_several_values_takes_every_line() -> None:
    async with staged(Play()) as person:
        await go(person, Group.ADVANCED)
        await person.focus("tags")
        await person.paste("team=agents\n'cost center=a b'\n")
        wanted = (("team", "agents"), ("cost center", "a b"))
        assert person.session.collected.values["tags"] == wanted


async def test_a_pasted_password_keeps_its_quotation_marks_and_is_not_told() -> None:
    async with staged(Play()) as person:
        await go(person, Group.PROTECTION)
        person.app.screen.query_one("#password").focus()
        await person.paste('"a long enough one"\nand-another-secret')
        assert person.session.password is not None
        assert person.session.password.reveal() == '"a long enough one"'
        assert "1 line dropped" in told(person)
        assert "another" not in told(person)


@unsampled_tier
async def test_a_list_ends_where_the_next_field_begins() -> None:
    async with staged(Play(), {"database": "existing"}) as person:
        await go(person, Group.DATABASE)
        field = await person.focus("cluster_arn")
        assert isinstance(field.editor, Picker)
        await person.press("down", *["down"] * 9)
        assert not field.editor.has_focus_within
        field.editor.list.focus()
        await person.press("home", "up")
        assert field.editor.line.has_focus


@pytest.mark.parametrize("size", [(60, 20), *tail([((80, 24),)])])
async def test_a_list_has_five_rows_and_its_error_is_whole(size: tuple[int, int]) -> None:
    async with staged(Play(), POLICIES, size=size) as person:
        many = await at_the_policies(person)
        await settled(person)
        assert many.list.size.height >= 5
        body = person.app.screen.query_one("Body").region
        assert body.contains_region(many.list.region)
        problem = person.problem("policy_arns")
        seen = " ".join(person.shown.replace("▌", " ").replace("▕", " ").split())
        if size == (80, 24):
            assert problem.split(",")[0] in seen
            assert problem.rpartition(" ")[2] in seen


@unsampled_tier
async def test_where_there_is_no_list_nobody_is_told_to_choose_from_it() -> None:
    nothing = partial(Play, refused=EXPIRED)
    async with staged(nothing(), {"database": "existing"}) as person:
        await go(person, Group.DATABASE)
        assert "\nPaste its ARN." in person.said
    async with staged(Play(), {"database": "existing"}) as person:
        await go(person, Group.DATABASE)
        assert "Choose one from the list" in person.said


async def test_the_way_on_is_one_stop_from_the_fields() -> None:
    async with staged(Play()) as person:
        await person.press("l")
        await settled(person)
        button = person.app.screen.query_one("#next")
        assert button.has_focus
        await person.press("up")
        fields = person.app.screen.query(".field").results()
        last = [each for each in fields if each.display][-1]
        assert last.has_focus_within
        button.focus()
        await person.press("down")
        first = person.app.screen.query(".field").first()
        assert first.has_focus_within
        button.focus()
        await person.press("tab")
        assert first.has_focus_within


async def test_every_list_takes_the_same_keys() -> None:
    async with staged(Play()) as person:
        await settled(person)
        rows = person.app.screen.query_one(OptionList)
        rows.focus()
        await person.press("home", "j", "j", "k")
        assert rows.highlighted == 1
        person.app.go("Review")
        await person.until(lambda: person.app.screen.query("PlanView"))
        await settled(person)
        for tab, kind in (("2", "PlanView"), ("3", "Documents")):
            await person.press(tab)
            list_of = f"{kind} OptionList:focus"  # asked for anew: a pane may be filled again
            await person.until(lambda of=list_of: person.app.screen.query(of), kind)  # type: ignore[misc]
            rows = person.app.screen.query_one(list_of, OptionList)
            await person.press("home")
            before = rows.highlighted
            await person.press("j")
            assert rows.highlighted != before
            await person.press("k")
            assert rows.highlighted == before


async def test_keys_that_are_quicker_than_the_picture_take_the_focus_along() -> None:
    async with staged(Play()) as person:
        await settled(person)
        person.app.go("Review")
        await person.until(lambda: person.app.screen.query("PlanView"))
        for keys, kind in (("23", "Documents"), ("32", "PlanView"), ("2323", "Documents")):
            for key in keys:
                person.app.simulate_key(key)
            await settled(person)
            assert person.app.screen.query(f"{kind} OptionList:focus"), (keys, person.shown)
