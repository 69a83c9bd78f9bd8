"""What stands beside an answer: who gave it, and what it would be without."""

from wizard.answers.model import Source
from wizard.answers.questions import question
from wizard.answers.questions.place import SIZES
from wizard.answers.resolving import from_environment
from wizard.engine.flow import Flow
from wizard.ui.common.asking import default_words, sizes
from wizard.ui.common.session import Session


def beside(key: str, draft: dict[Source, dict[str, str]]) -> str:
    return default_words(question(key), Session(Flow(), draft))


def test_the_variable_that_said_it_and_the_default_without_it() -> None:
    told = beside("region", {Source.ENVIRONMENT: from_environment({"AWS_REGION": "eu-west-1"})})
    assert told.startswith("From AWS_REGION. Without it: us-east-1 (one of the cheapest")
    assert "no region is set" not in told
    same = beside("region", {Source.ENVIRONMENT: from_environment({"AWS_REGION": "us-east-1"})})
    assert same == "From AWS_REGION."


def test_a_choice_that_is_the_default_says_nothing_and_another_names_it_by_its_label() -> None:
    assert beside("scope", {Source.TYPED: {"scope": "power-user"}}) == ""
    told = beside("scope", {Source.TYPED: {"scope": "services", "services": "S3"}})
    assert told == "Your choice. Default: Everything but IAM: PowerUserAccess (quick start)"
    assert beside("scope", {}).startswith("Default: ")


def test_sizes_are_called_by_what_is_paid_for() -> None:
    offered = sizes(Session(Flow(), {}))
    labels = [each.label for each in offered]
    assert labels[0].startswith("1 vCPU, 2 GB")
    assert "100 resources" in labels[0]
    assert not [each for each in labels if "000" in each], "no promise that the Data API breaks"
    assert [each.value for each in offered[:-1]] == [each.pair for each in SIZES]


def test_sizes_promise_more_only_where_the_agent_speaks_postgresql() -> None:
    draft = {Source.FLAG: {"host": "ecs-gateway"}}
    labels = [each.label for each in sizes(Session(Flow(), draft))]
    assert ["000" in each for each in labels] == [True, True, True, False]
    over_https = {Source.FLAG: {"host": "ecs-gateway", "datastore": "data-api"}}
    assert not [each for each in sizes(Session(Flow(), over_https)) if "000" in each.label]


def test_postgresql_outside_a_vpc_is_refused_with_a_host_that_can() -> None:
    found = Session(Flow(), {Source.FLAG: {"host": "apprunner", "datastore": "postgres"}})
    told = found.collected.problem("datastore")
    assert "outside your VPC" in told
    assert "--host ecs-gateway" in told


def test_a_default_without_a_text_is_named_by_its_reason() -> None:
    draft = {Source.TYPED: {"region": "eu-west-1", "host": "ecs", "subnets": "subnet-1,subnet-2"}}
    told = beside("subnets", draft)
    assert told == "Your choice. Default: two of the default VPC's, in two zones"
