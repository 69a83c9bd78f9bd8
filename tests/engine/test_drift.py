"""What becomes of what somebody changed."""

import pytest

from wizard.answers.model import Given, Source
from wizard.engine.account.read_answers import beside, own_policies
from wizard.engine.account.snapshot import Seen
from wizard.engine.drift import Drift, Resolution, resolved, with_resolution


def test_a_drift_has_the_name_by_which_it_is_accepted() -> None:
    field = Drift("service", "HealthCheckConfiguration.Interval", "5", "9", "The health check")
    assert field.name == "service.HealthCheckConfiguration.Interval"
    assert field.words == "The health check: chosen 5, now 9"
    assert Drift("", "memory", "2048", "4096").name == "memory"
    assert Drift("cluster", "", "there", "not there").name == ""


@pytest.mark.parametrize("source", Source)
def test_what_is_there_stays_only_where_it_is_the_answer(source: Source) -> None:
    stays = source is Source.DEPLOYED
    assert resolved(Given("2048", source)) is (Resolution.KEPT if stays else Resolution.REPLACED)


def test_an_answer_that_is_not_asked_stays() -> None:
    assert resolved(None) is Resolution.KEPT


def test_drift_is_told_apart_by_what_becomes_of_it() -> None:
    left = Drift("a", "x", "1", "2", resolution=Resolution.ACCEPTED)
    back = Drift("b", "x", "1", "2", resolution=Resolution.REVERTED)
    assert with_resolution((left, back), Resolution.REVERTED) == [back]


def test_a_policy_is_the_wizards_by_its_whole_name() -> None:
    own = "arn:aws:iam::123456789012:policy/formae-agent-2"
    foreign = (f"{own}-admin", "arn:aws:iam::123456789012:policy/mine/formae-agent-1")
    seen = Seen(name="formae", attached=(own, *foreign))
    assert own_policies(seen) == [own]
    assert beside(seen, {"scope": "services"}) == [*foreign]
