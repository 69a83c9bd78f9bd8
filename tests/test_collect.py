"""Answers come from many sources in one written order, and all problems are told at once."""

import dataclasses

import pytest

from tests.corpus import CORPUS
from tests.support.made import answers
from wizard.answers.model import Answers, Source
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS, Detected
from wizard.answers.resolving import collect


def test_every_field_of_the_answers_is_a_question_and_the_other_way_round() -> None:
    fields = {field.name for field in dataclasses.fields(Answers)} - {"given", "more"}
    assert fields == {question.key for question in QUESTIONS} | {"host"}
    assert answers({"region": "eu-west-1"}).values.keys() == fields


def test_the_order_of_the_sources() -> None:
    draft = {
        Source.FILE: {"region": "us-east-1", "name": "from-file"},
        Source.ENVIRONMENT: {"region": "us-east-2"},
        Source.FLAG: {"region": "eu-west-1"},
    }
    collected = collect(draft, Detected(region="eu-central-1", region_reason="profile"))
    assert collected.given["region"].value == "eu-west-1"
    assert collected.given["region"].source is Source.FLAG
    assert collected.given["name"].value == "from-file"
    assert collected.given["cpu"].source is Source.DEFAULT
    assert collected.given["cpu"].reason


def test_defaults_come_from_the_machine_and_say_so() -> None:
    detected = Detected(region="eu-west-2", region_reason="your profile", formae_version="0.87.3")
    collected = collect({}, detected)
    assert collected.values["region"] == "eu-west-2"
    assert collected.given["region"].reason == "your profile"
    assert collected.values["image_version"] == "0.87.3"


def test_all_problems_at_once() -> None:
    draft = {
        Source.FLAG: {
            "region": "cn-north-1",
            "memory": "1 GB",
            "min_capacity": "x",
            "protect": "perhaps",
            "scope": "all",
            "name": "A",
        }
    }
    keys = {problem.key for problem in collect(draft, Detected()).problems}
    assert {"region", "memory", "min_capacity", "protect", "scope", "name"} <= keys


def test_what_is_not_asked_is_not_checked() -> None:
    assert not collect({Source.FLAG: {"cluster_arn": "nonsense"}}, Detected()).problems
    existing = {"cluster_arn": "nonsense", "database": "existing"}
    assert collect({Source.FLAG: existing}, Detected()).problem("cluster_arn")


def test_the_capacities_belong_together() -> None:
    collected = collect({Source.FLAG: {"min_capacity": "4", "max_capacity": "2"}}, Detected())
    assert "below the minimum" in collected.problem("max_capacity")


def test_a_larger_cpu_gets_a_legal_memory_by_itself() -> None:
    assert answers({"region": "eu-west-1", "cpu": "4"}).memory == 8192


@pytest.mark.parametrize("name", CORPUS)
def test_written_answers_read_back_the_same(name: str) -> None:
    first = answers(CORPUS[name])
    texts = {key: written(getattr(first, key)) for key in (q.key for q in QUESTIONS)}
    assert answers(texts) == first
