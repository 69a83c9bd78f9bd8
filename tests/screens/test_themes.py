"""Which theme it is, and that none says anything by colour alone. See also snapshots/."""

import pytest
from rich.color import ColorType
from textual.color import Color

from screens.app import WizardApp
from screens.themes import THEMES, VARIABLE, WORDS
from tests.screens.colours import BLINDNESS, apart, contrast, pair, texts
from tests.screens.play import Play
from tests.screens.stage import settled, staged
from tests.screens.taking import LEAST_CONTRAST
from wizard.answers.questions import Detected
from wizard.engine.flow import Flow

LEAST_APART = 20.0


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, pace: None) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_PACE", "1e9")


@pytest.mark.parametrize("eye", BLINDNESS)
@pytest.mark.parametrize("name", [name for name in THEMES if name.startswith("safe")])
def test_well_and_wrong_are_apart_for_every_eye(name: str, eye: str) -> None:
    variables = THEMES[name].to_color_system().generate()
    well, wrong, doubtful = (
        Color.parse(variables[each]).rich_color.get_truecolor()
        for each in ("text-success", "text-error", "text-warning")
    )
    assert apart(well, wrong, eye) > LEAST_APART
    assert apart(well, doubtful, eye) > LEAST_APART


async def test_the_terminals_own_colours_are_no_colours_of_ours() -> None:
    async with staged(Play()) as person:
        person.app.theme = THEMES["terminal"].name
        await settled(person)
        for segment in texts(person):
            style = segment.style
            assert style
            for colour in (style.color, style.bgcolor):
                assert colour is None or colour.type is not ColorType.TRUECOLOR, segment


async def test_without_colours_everything_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(Play(), {"region": "eu-central-1"}) as person:
        await settled(person)
        for segment in texts(person):
            drawn = pair(segment)
            assert drawn
            for red, green, blue in drawn:
                assert red == green == blue
            assert contrast(*drawn) >= LEAST_CONTRAST, segment


async def test_no_color_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    async with staged(Play(), {"region": "eu-central-1"}) as person:
        await settled(person)
        drawn = [colour for segment in texts(person) for colour in pair(segment) or ()]
        assert any(len({red, green, blue}) > 1 for red, green, blue in drawn)


@pytest.mark.parametrize(
    ("asked", "background", "worn"),
    [
        ("", "", "formae-dark"),
        ("", "15;0", "formae-dark"),
        ("", "0;15", "formae-light"),
        ("safe-light", "15;0", "formae-safe-light"),
        ("terminal", "", "formae-terminal"),
        ("pink", "0;15", "formae-light"),
    ],
)
async def test_the_theme_is_the_one_asked_for_or_the_one_that_fits(
    asked: str, background: str, worn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    monkeypatch.setenv("COLORFGBG", background)
    app = WizardApp(Flow(), {}, lambda _: Detected())
    assert app.theme == worn
    assert set(app.available_themes) == {theme.name for theme in THEMES.values()}


def test_every_theme_has_words() -> None:
    assert WORDS.keys() == THEMES.keys()
