"""Versions of the file: today's, none, a newer one, and old ones through the real mechanism."""

import pytest

from tests.corpus import REGION
from wizard import __version__
from wizard.answers.file.loading import HISTORY, Change, History, loads

FICTION = History(
    now=3,
    changes={
        1: (
            Change("area", becomes="region"),
            Change("colour"),
            Change("open", becomes="protect", value=lambda value: not value),
        ),
        2: (
            Change("cpu", becomes="cpu", value=lambda value: f"{value} vCPU"),
            Change("size", say="Say it as cpu and memory: cpu = 2 and memory = 4 were “size = 2”."),
        ),
    },
)


def test_an_old_file_is_read_in_todays_words() -> None:
    text = f'version = 1\narea = "{REGION}"\ncolour = "red"\nopen = true\ncpu = 2\n'
    loaded = loads(text, "old.toml", history=FICTION)
    assert loaded.problems() == []
    assert loaded.texts == {"region": REGION, "protect": "no", "cpu": "2 vCPU"}
    assert loaded.lines == {"region": 2, "protect": 4, "cpu": 5}
    assert loaded.notes == (
        "old.toml: line 2: “area” is now called “region” since version 2.",
        "old.toml: line 3: “colour” is no longer a question since version 2.",
        "old.toml: line 4: “open” is now called “protect” since version 2.",
        "old.toml: line 5: “cpu” is written differently since version 3.",
    )


def test_what_nobody_but_the_person_can_say_is_asked_for_exactly() -> None:
    loaded = loads("version = 2\nsize = 2\n", "old.toml", history=FICTION)
    assert loaded.problems() == [
        "old.toml:2: size: Say it as cpu and memory: cpu = 2 and memory = 4 were “size = 2”."
    ]


def test_old_and_new_name_together_are_a_mistake() -> None:
    text = f'version = 1\narea = "{REGION}"\nregion = "{REGION}"\n'
    (told,) = loads(text, "old.toml", history=FICTION).problems()
    assert told == "old.toml:2: area: Renamed to region, which the file also contains."


def test_a_file_of_todays_version_is_not_migrated() -> None:
    loaded = loads('version = 3\narea = "x"\n', "new.toml", history=FICTION)
    assert loaded.problems()[0].startswith("new.toml:2: area: This question does not exist.")


def test_a_newer_file_names_the_version_and_judges_nothing_else() -> None:
    (told,) = loads("version = 9\nunheard_of = 1\n", "a.toml").problems()
    assert told.startswith("a.toml:1: version: The file has version 9")
    assert __version__ in told
    assert "Upgrade formae-wizard" in told


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("", "a.toml:1: version: Missing. Add the line “version = 1” at the top of the file."),
        ('version = "1"\n', "a.toml:1: version: Use a number without quotes"),
        ("version = true\n", "a.toml:1: version: Use a number without quotes"),
        ("version = 1.0\n", "a.toml:1: version: Use a number without quotes"),
        ("version = 0\n", "a.toml:1: version: This wizard cannot read version 0"),
        ("version = -1\n", "a.toml:1: version: This wizard cannot read version -1"),
    ],
)
def test_a_version_that_is_none_is_told_beside_the_rest(first: str, told: str) -> None:
    problems = loads(first + 'regoin = "x"\n', "a.toml").problems()
    assert len(problems) == 2
    assert any(each.startswith(told) for each in problems)
    assert any("regoin" in each for each in problems)


def test_every_older_version_has_a_way_to_the_next() -> None:
    assert set(HISTORY.changes) == set(range(1, HISTORY.now))
