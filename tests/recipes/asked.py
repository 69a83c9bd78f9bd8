"""Two questions from outside: `python -m tests.recipes.asked` is the wizard that asks them, too."""

import contextlib
import sys
from collections.abc import Iterator

from wizard.answers import parsing
from wizard.answers.questions import QUESTIONS, Choice, Group, Question, QuestionKind
from wizard.answers.questions.lists import Listed, Listing, Offer, QuestionContext
from wizard.answers.questions.question import Observed, Record, Tag, fixed, now

TEAMS = ("blue", "red", "green")


def team_of(there: Observed) -> str | None:
    """The tag `team` that the service carries."""
    return dict(parsing.tags(there.tags or "")).get("team")


def teams(_: QuestionContext) -> Listed:
    """The teams of the company; one of them is full."""
    offers = [Offer(each, f"{each}, a team", columns=(each, "a team")) for each in TEAMS[:2]]
    return Listed(offers=[*offers, Offer("green", "green", "it has no members")], page="Two teams.")


LOG_LEVEL = Question(
    key="log_level",
    group=Group.PROTECTION,
    ask="How much the agent logs",
    why="All of it is kept in CloudWatch Logs.",
    default=fixed("info", "enough to find a fault"),
    kind=QuestionKind.CHOICE,
    choices=(Choice("info", "What matters"), Choice("debug", "Everything")),
    label="Log level",
    follows="protect",
    record=Record(tag=Tag.ACCESS),
)
TEAM = Question(
    key="team",
    group=Group.SCOPE,
    ask="Team",
    why="The team that owns the agent.",
    default=fixed("", ""),
    closed=False,
    choices_from=Listing(listed=teams, told=True, open=True, widths=((8, 8),)),
    metavar="TEAM",
    check=lambda value, values, _: _problem(value, str(values["region"])),
    remark=lambda value: f"{value} is not known here." if value not in {"", *TEAMS} else "",
    cause=now("the team"),
    label="Team",
    empty="nobody",
    record=Record(tag=Tag.VERSION),
    read=team_of,
)


def _problem(team: str, region: str) -> str | None:
    return "red works in Europe only." if team == "red" and region[:2] != "eu" else None


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """As long as it lasts, both are questions of the wizard."""
    for each in (LOG_LEVEL, TEAM):
        QUESTIONS.add(each)
    try:
        yield
    finally:
        for each in (LOG_LEVEL, TEAM):
            QUESTIONS.remove(each.key)


if __name__ == "__main__":
    from wizard.cli import main

    with asked():
        sys.exit(main())
