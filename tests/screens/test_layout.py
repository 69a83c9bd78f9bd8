"""What stays in sight where there is little room, and what is wrapped where there is some."""

from functools import partial

import pytest
from textual.containers import VerticalScroll
from textual.widgets._tabs import Underline
from textual.widgets._toast import Toast, ToastRack

from screens.answers.summary import NAME_WIDTH, SummaryScreen, laid_out
from screens.frame import Body
from screens.run.log_view import LogLines, LogPane, folded
from screens.run.progress_draw import overall
from screens.words import middle_cut
from tests.screens.journey import Journey
from tests.screens.play import ACCOUNT, REGION, Play
from tests.screens.scenes import over, review, running, subnets
from tests.screens.stage import go, settled, staged
from tests.support.tiers import tail, unsampled_tier
from wizard.answers.questions import QUESTIONS, Group
from wizard.base.events import StepMoved, StepState
from wizard.ui.common.overview import rows
from wizard.ui.common.progress import Progress, StepLine

LONG = "AWSAdministratorAccess-123456789012-production"
FIRST = [(80, False), (30, True)]
BARS = [(width, demo) for width in (200, 120, 80, 60, 40, 30) for demo in (False, True)]


@pytest.mark.parametrize(
    ("width", "demo"), [*FIRST, *tail([each for each in BARS if each not in FIRST])]
)
async def test_account_and_region_are_never_cut(width: int, demo: bool) -> None:
    async with staged(Play(), {"profile": LONG}, size=(width, 24)) as person:
        person.session.flow.demo = demo
        person.app.show_session()
        await settled(person)
        bar = person.shown.splitlines()[0]
        assert ACCOUNT in bar
        assert REGION in bar
        assert bar.index(ACCOUNT) < bar.index(REGION)
        if width >= 60:
            assert ("demo" in bar) is demo
            assert "profile AWS" in bar
            assert "…" not in bar or bar.partition("…")[2].startswith(tuple(LONG))
        if width == 120:
            assert LONG in bar


async def test_a_page_never_stops_between_two_rows() -> None:
    """What moves slowly can be cut off by the next key, and then stands somewhere between."""
    async with staged(Play(), {"host": "ecs"}) as person:
        await subnets(person)
        for key in ("up", "pageup", "tab", "tab", "shift+tab", "down", "down"):
            await person.pilot.press(key)
            body = person.app.screen.query_one(Body)
            assert body.scroll_y == int(body.scroll_y), key


@unsampled_tier
async def test_the_active_tab_is_underlined_however_late_it_is_laid_out() -> None:
    async with staged(Play()) as person:
        await review()(person)
        line = person.app.screen.query_one(Underline)
        drawn = line.highlight_start, line.highlight_end
        assert drawn[1] - drawn[0] >= len("1 Summary")
        line.highlight_start = line.highlight_end = 0  # as where it had no place yet
        person.app.screen.refresh(layout=True)
        await settled(person)
        assert (line.highlight_start, line.highlight_end) == drawn


def test_a_name_is_cut_in_its_middle() -> None:
    assert middle_cut(LONG, 100) == LONG
    for width in (9, 20, 33):
        begin, _, end = middle_cut(LONG, width).partition("…")
        assert len(begin) + len(end) + 1 == width
        assert LONG.startswith(begin)
        assert LONG.endswith(end)


def test_names_of_rows_fit_their_column() -> None:
    assert [each.label for each in QUESTIONS if len(each.label) > NAME_WIDTH] == []


def test_what_is_wrong_stays_in_the_line_above_a_run(progress: Progress) -> None:
    progress.take(StepMoved(step="cluster", state=StepState.FAILED, at=4.0, note="no"))
    words = "the sign-in has ended: i signs in"
    for width in (80, 60):
        line = overall(progress, 192, words, width).plain
        assert len(line) <= width
        assert line.endswith(f"1 failed · {words}")


@pytest.fixture
def progress() -> Progress:
    from tests.support.made import plan

    return Progress(plan({}), {})


@pytest.mark.parametrize("size", [(120, 40), (110, 36), (110, 35)])
async def test_reasons_are_wrapped_where_there_is_room(size: tuple[int, int]) -> None:
    async with staged(Play(), size=size) as person:
        await settled(person)
        whole = " ".join(person.shown.split())
        for row in rows(person.session):
            assert row.reason in whole, row
        assert "…" not in person.shown
        found = rows(person.session)
        assert all(line.plain.count("\n") == 0 for line in laid_out(found, 80, 9))
        assert any(line.plain.count("\n") for line in laid_out(found, 80, 45))
        assert sum(1 + line.plain.count("\n") for line in laid_out(found, 80, 23)) <= 23


@unsampled_tier
async def test_the_page_keys_scroll_the_end_whatever_has_the_focus() -> None:
    async with staged(Play(ends="well")) as person:
        await over(person)
        assert person.app.screen.query_one("#quit").has_focus
        box = person.app.screen.query_one("Reading", VerticalScroll)
        assert "more: PgDn" in person.shown
        await person.press(*["pagedown"] * 5)
        assert box.scroll_y == box.max_scroll_y > 0
        assert person.said.rstrip().splitlines()[-1] in person.shown
        assert "more: PgDn" not in person.shown
        await person.press(*["pageup"] * 5)
        assert box.scroll_y == 0
        await person.press("escape")
        await person.at(SummaryScreen)


@pytest.mark.parametrize("tab", ["2", *tail([("1",), ("3",), ("4",)])])
async def test_the_page_keys_scroll_what_is_in_sight_of_the_review(tab: str) -> None:
    async with staged(Play(), size=(80, 18)) as person:
        await review(tab)(person)
        await settled(person)
        person.app.screen.query_one("#start").focus()
        before = person.shown
        await person.press("pagedown")
        await settled(person)
        assert person.shown != before


async def test_a_screen_as_small_as_sixty_by_twenty_shows_fields_and_ways_on() -> None:
    async with staged(Play(), size=(60, 20)) as person:
        for group in Group:
            await go(person, group)
            first = person.app.screen.query(".field").first()
            assert first.region.width >= 50, group
            assert person.app.screen.query_one("#next").region.right <= 60
            assert "Next: " in person.shown
        await person.press("f2")
        await settled(person)
        assert "Overview" in person.shown


@unsampled_tier
async def test_what_has_the_focus_stays_in_sight_in_a_smaller_terminal() -> None:
    async with staged(Play(), {"host": "ecs"}, size=(120, 40)) as person:
        await subnets(person)
        focused = person.app.screen.focused
        assert focused
        await person.pilot.resize_terminal(60, 20)
        await settled(person)
        assert person.app.screen.find_widget(focused).visible_region.height > 1


async def test_focus_is_seen_without_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    wrong = {"database": "existing", "cluster_arn": "none", "cluster_secret_arn": "none"}
    async with staged(Play(), wrong, size=(120, 40)) as person:
        assert person.app.no_color
        await go(person, Group.DATABASE)
        await person.focus("cluster_arn")
        await settled(person)
        focused, other = _bars(person)
        assert focused == {"▌"}
        assert other
        assert "▌" not in other
        await person.focus("database")
        await person.press("up")
        strips = person.app.screen._compositor.render_strips()
        drawn = [each for strip in strips for each in strip if "An Aurora cluster" in each.text]
        assert any(each.style and each.style.reverse for each in drawn)


def _bars(person: Journey) -> tuple[set[str], set[str]]:
    """The glyphs left of the focused field, and left of the wrong ones beside it."""
    lines = person.shown.splitlines()
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for field in person.app.screen.query(".field.-wrong"):
        at = field.region
        if field.display and at.height:
            found[field.has_focus_within].add(lines[at.y][at.x])
    return found[True], found[False]


@unsampled_tier
async def test_what_is_told_for_a_moment_hides_no_button() -> None:
    async with staged(Play(ends="well")) as person:
        person.app._disable_notifications = False  # a test sees none otherwise
        await over(person)
        person.app.notify("Only the first line was taken; 2 lines dropped: " + "x" * 60)
        await settled(person)
        lines = person.shown.splitlines()
        assert "Quit" in lines[-2]
        (toast,) = person.app.screen.get_child_by_type(ToastRack).walk_children(Toast)
        assert toast.region.height
        assert toast.region.bottom <= person.app.screen.query_one("#quit").region.y


def line(text: str, kind: str = "news", at: float = 0.0) -> StepLine:
    return StepLine(at, "Step", text, kind)


@pytest.mark.parametrize(
    "text", ["Routing traffic to nothing else at all", "日本語 テキスト nothing"]
)
@pytest.mark.parametrize("width", [8, 12, 20])
def test_the_log_is_folded_between_words(text: str, width: int) -> None:
    parts = folded(text, width, plain=text.isascii())
    assert "".join(parts) == text
    assert [word for part in parts for word in part.split()] == text.split()
    assert folded("x" * 30, 12, plain=True) == ["x" * 12, "x" * 12, "x" * 6]


def test_what_was_found_is_found_again_with_other_lines_shown() -> None:
    lines = LogLines(80)
    lines.add([line("done a"), line("done call", "call", 1.0), line("done b", at=2.0)])
    lines.search("done")
    found = lines.shown[lines.found[-1]]
    lines.lay_out(80, calls=True)
    place = lines.found_at(found)
    assert place == 2
    assert lines.shown[place] is found
    hidden = lines.shown[1]
    lines.lay_out(80, calls=False)
    assert lines.found_at(hidden) == 0


@unsampled_tier
async def test_escape_ends_a_search_and_the_count_stays_right() -> None:
    async with staged(Play()) as person:
        await running("slash")(person)
        pane = person.app.screen.query_one(LogPane)
        await person.write("done")
        await person.press("enter", "v")
        await settled(person)
        assert "0 of " not in str(pane.view.border_subtitle)
        assert "n next, N previous" in str(pane.view.border_subtitle)
        assert "n Next" in person.shown
        await person.press("escape")
        await settled(person)
        assert "n Next" not in person.shown, "no key of a search that has ended"
        assert not pane.query_one("#search").display
        assert pane.view.lines.needle == ""
        assert pane.view.has_focus
        await person.press("slash")
        await person.write("done")
        await person.press("escape")
        assert not pane.query_one("#search").display


@unsampled_tier
async def test_a_copied_text_is_only_said_to_be_where_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bin")
    (folder / "tmux").write_text("#!/bin/sh\nexit 0\n")
    (folder / "tmux").chmod(0o700)
    async with staged(Play()) as person:
        await review("3")(person)
        await person.until(lambda: person.app.screen.query("Documents Static"))
        for tmux, words in (
            ("", "agent.conf.pkl: sent to the terminal's clipboard; s saves it"),
            ("/tmp/tmux", "agent.conf.pkl is in tmux's buffer."),
        ):
            monkeypatch.setenv("TMUX", tmux)
            monkeypatch.setenv("PATH", str(folder))
            await person.press("c")
            await person.until(partial(_told, person, words), words)


def _told(person: Journey, words: str) -> bool:
    return any(each.message == words for each in person.app._notifications)
