"""Every accepted set of answers gives a sound plan, without a secret inside."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import ACCOUNT, CLUSTER, CORPUS, REGION, SECRET
from tests.support.made import plan
from wizard.answers.questions.access import SERVICES
from wizard.base.offer import offer
from wizard.base.values import parts
from wizard.engine.preflight.offline import check
from wizard.plan.graph import edges, longest_path, needs, sorter
from wizard.plan.model import Call, LookOnly, Plan, Section, Step
from wizard.plan.placeholders import params_of, text_of

NAMES = st.from_regex(r"[a-z][a-z0-9]{1,10}(-[a-z0-9]{1,6})?", fullmatch=True)
HALVES = st.integers(1, 512).map(lambda number: number / 2)
TAGS = st.lists(
    st.tuples(
        st.from_regex(r"[A-Za-z][A-Za-z0-9:/_-]{0,20}", fullmatch=True),
        st.from_regex(r"[A-Za-z0-9 :/_-]{0,20}", fullmatch=True),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: ",".join(f"{key}={value}" for key, value in pairs))


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, str]:
    """Texts a person might give; most are accepted."""
    cpu = draw(st.sampled_from([1024, 2048, 4096]))
    least = draw(HALVES)
    scope = draw(st.sampled_from(["power-user", "services", "policies", "file"]))
    existing = draw(st.booleans())
    given_ = {
        "region": REGION if existing else draw(st.sampled_from(list(offer().regions))),
        "cpu": str(cpu),
        "memory": str(draw(st.sampled_from(offer().sizes[cpu]))),
        "min_capacity": str(least),
        "max_capacity": str(max(1.0, least + draw(HALVES) - 0.5)),
        "database": "existing" if existing else "new",
        "cluster_arn": CLUSTER,
        "cluster_secret_arn": SECRET,
        "enable_data_api": draw(st.sampled_from(["yes", "no"])),
        "scope": scope,
        "services": ",".join(
            draw(st.lists(st.sampled_from([s.value for s in SERVICES]), min_size=1, unique=True))
        ),
        "policy_arns": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "protect": draw(st.sampled_from(["yes", "no"])),
        "hide_itself": draw(st.sampled_from(["yes", "no"])),
        "client_config": draw(st.sampled_from(["yes", "no"])),
        "name": draw(NAMES),
        "tags": draw(TAGS),
        "image_version": draw(st.sampled_from(["0.85.2", "0.88.1", "0.89.0-dev.7", "1.0.0"])),
        "engine_version": draw(st.sampled_from(["13", "16", "16.10", "17"])),
    }
    if scope == "file":
        del given_["scope"]  # needs a file; its own tests have one
    return given_


def sound(made: Plan) -> None:
    assert check(made) == []
    for document in made.documents:
        text = text_of(document, made)
        if document.language == "json":
            json.loads(text)
        assert text.count("{") == text.count("}")


@given(drafts())
@settings(max_examples=60, deadline=None)
def test_any_accepted_answers_give_a_sound_plan(given_: dict[str, str]) -> None:
    try:
        made = plan(given_)
    except ValueError:
        return  # refused beside the field, which other tests look at
    sound(made)


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_gives_sound_plans_with_and_without_a_known_account(name: str) -> None:
    sound(plan(CORPUS[name], ACCOUNT))
    sound(plan(CORPUS[name], ""))


def test_the_default_names_are_the_walkthroughs() -> None:
    calls = [
        (part.operation, params_of(part.params, made))
        for made in [plan(CORPUS["defaults"])]
        for part in parts(made)
        if isinstance(part, Call) and part.operation.startswith("Create")
    ]
    text = json.dumps(calls)
    for name in (
        *("formae-db-creds", "formae-db", "formae-db-instance", "formae-config"),
        *("formae-apprunner-access", "formae-apprunner-instance", "formae-agent"),
    ):
        assert f'"{name}"' in text
    policies = {
        part.params.get("PolicyName")
        for part in parts(plan(CORPUS["defaults"]))
        if isinstance(part, Call)
    }
    assert "formae-data-api" in policies


def test_sections_stand_in_the_walkthroughs_order() -> None:
    order = list(Section)
    sections = [order.index(step.section) for step in plan(CORPUS["defaults"]).steps]
    assert sections == sorted(sections)


def test_what_can_go_side_by_side_does() -> None:
    made = plan(CORPUS["defaults"])
    first = set(sorter(edges(made)).get_ready())
    assert {"database-secret", "api-secret", "repository", "access-role"} <= first
    assert "cluster" not in needs(made.step("image"))
    assert "image" in needs(made.step("service"))


def test_the_critical_path_is_the_databases() -> None:
    made = plan(CORPUS["defaults"])
    seconds = {step.id: float(step.usual[1]) for step in made.steps}
    chain = ("engine-version", "cluster", "instance", "data-api", "database", "service", "health")
    proofs = max(seconds["refuses"], seconds["accepts"]) + seconds["client-config"]
    start = max(seconds["engine-version"], seconds["database-secret"]) - seconds["engine-version"]
    expected = sum(seconds[each] for each in chain) + proofs + start
    assert math.isclose(longest_path(made, seconds), expected)


def test_a_cycle_is_named() -> None:
    def step(own: str, other: str) -> Step:
        return Step(
            id=own,
            section=Section.VERIFY,
            title="x",
            why="x.",
            make=LookOnly("x"),
            after=frozenset({other}),
        )

    with pytest.raises(ValueError, match="cycle"):
        sorter(edges(Plan("x", REGION, (step("a", "b"), step("b", "a")), ())))


def test_the_offline_check_can_fail() -> None:
    made = plan(CORPUS["defaults"])
    broken = Step(
        id="broken",
        section=Section.VERIFY,
        title="Broken",
        why="Everything about it is wrong.",
        make=Call(service="rds", operation="CreateDBCluster", params={"Engine": 7}),
        after=frozenset({"account"}),
    )
    problems = check(Plan(made.name, made.region, (*made.steps, broken), made.documents))
    assert any("Invalid type for parameter Engine" in problem for problem in problems)
    assert any("does not look for first" in problem for problem in problems)
    lost = Step(
        id="lost",
        section=Section.VERIFY,
        title="Lost",
        why="x.",
        make=LookOnly("x"),
        after=frozenset({"nowhere"}),
    )
    assert check(Plan("x", REGION, (lost,), ())) == [
        "lost: comes after nowhere, which does not exist"
    ]


@pytest.mark.parametrize("name", CORPUS)
def test_texts_that_aws_keeps_are_of_characters_it_takes(name: str) -> None:
    made = plan(CORPUS[name])
    kept = [
        str(part.params["Description"])
        for part in parts(made)
        if isinstance(part, Call) and "Description" in part.params
    ]
    assert kept
    for text in kept:
        assert len(text) <= 1000
        assert all(0x20 <= ord(letter) <= 0x7E or 0xA1 <= ord(letter) <= 0xFF for letter in text)
