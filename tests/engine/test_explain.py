"""What is shown beside a step: a command the real `aws` takes, a page, and honest times."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from tests.corpus import ACCOUNT, CORPUS, REGION
from tests.support.aws_cli import meaning
from tests.support.made import plan
from wizard.base.events import StepState
from wizard.base.values import parts
from wizard.engine.explain import (
    Pace,
    cli_name,
    command,
    console_link,
    equivalent,
    pace,
    remaining,
    usual,
    watch,
)
from wizard.plan.model import (
    Call,
    CopyImage,
    LookOnly,
    Plan,
    PrepareDatabase,
    Probe,
    Step,
    WriteClientConfig,
)
from wizard.plan.placeholders import HIDDEN, params_of, text_of


def calls(made: Plan) -> list[tuple[Step, Call]]:
    return [(step, part) for step in made.steps for part in parts(step) if isinstance(part, Call)]


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes every document of a plan a file, where the commands look for it."""
    monkeypatch.chdir(tmp_path)

    def write(made: Plan) -> None:
        for document in made.documents:
            if document.language == "json" or "conf.pkl" in document.name:
                name = Path(document.name).name
                (tmp_path / name).write_text(text_of(document, made), "utf-8")

    return write


def same(value: Any) -> Any:
    """JSON texts by their meaning, numbers by their value."""
    if isinstance(value, dict):
        return {key: same(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [same(inner) for inner in value]
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return same(json.loads(value))
        except ValueError:
            return value
    return value


@pytest.mark.parametrize("name", CORPUS)
def test_the_real_command_would_make_the_very_same_call(name: str, documents: Any) -> None:
    made = plan(CORPUS[name])
    documents(made)
    for step, call in calls(made):
        if "--cli-input-json" in (line := command(call, made, step=step)):
            _, _, option, document, *_ = shlex.split(line)[1:]
            assert option == "--cli-input-json"
            request = json.loads(Path(document.removeprefix("file://")).read_text("utf-8"))
            assert same(request) == same(params_of(call.params, made))
            continue
        wanted = params_of(call.params, made)
        service, operation, params = meaning(command(call, made))
        assert (service, operation) == (call.service, call.operation)
        assert same(params) == same(wanted), line


@pytest.mark.parametrize("name", CORPUS)
def test_names_are_spelled_as_the_command_spells_them(name: str) -> None:
    for _, call in calls(plan(CORPUS[name])):
        for each in (call.operation, *call.params):
            assert cli_name(each) == xform_name(each, "-")


@pytest.mark.parametrize("name", CORPUS)
def test_every_step_has_an_equivalent_without_a_secret(name: str) -> None:
    made = plan(CORPUS[name])
    for step in made.steps:
        text = equivalent(step, made)
        assert text.strip()
        for secret in re.findall(r"password\W+(\S+)", text):
            assert HIDDEN in secret or "--region" in text or secret in {"-stdin"}, text
        match step.make:
            case Call() | LookOnly():
                assert text.startswith("aws ")
            case CopyImage():
                assert [line.split()[0] for line in text.splitlines()] == ["aws"] + ["docker"] * 3
            case PrepareDatabase():
                words = [line.split()[0] for line in text.splitlines()]
                assert words == ["export", "psql", "psql"]
            case Probe():
                assert text.startswith("curl ")
            case WriteClientConfig():
                assert text.startswith("# ")
            case _:
                assert text == "formae status agent"


def test_the_profile_and_what_is_known_are_in_it() -> None:
    made = plan(CORPUS["defaults"])
    known = {"repository": {"uri": "1.dkr.ecr.eu-west-1.amazonaws.com/x"}, "service": {"arn": "A"}}
    assert "docker push 1.dkr.ecr.eu-west-1.amazonaws.com/x:0.88.1" in equivalent(
        made.step("image"), made, known
    )
    line = watch(made.step("service"), made, known, "dev")
    assert "--service-arn A" in line
    assert "--profile dev" in line
    assert watch(made.step("scaling"), made) == ""


def test_a_hostile_name_stays_one_word() -> None:
    call = Call(service="iam", operation="GetRole", params={"RoleName": "a'; rm -rf $HOME"})
    assert shlex.split(command(call, plan(CORPUS["defaults"])))[-1] == "a'; rm -rf $HOME"


LINKS = {
    "cluster": "rds/home?region=eu-west-1#database:id=formae-db;is-cluster=true",
    "instance": "rds/home?region=eu-west-1#database:id=formae-db-instance;is-cluster=false",
    "data-api": "rds/home?region=eu-west-1#database:id=formae-db;is-cluster=true",
    "config-secret": "secretsmanager/secret?name=formae-config&region=eu-west-1",
    "repository": f"ecr/repositories/private/{ACCOUNT}/formae?region=eu-west-1",
    "image": f"ecr/repositories/private/{ACCOUNT}/formae?region=eu-west-1",
    "service": "apprunner/home?region=eu-west-1#/services",
    "health": "apprunner/home?region=eu-west-1#/services",
}


@pytest.mark.parametrize("step_id", LINKS)
def test_the_console_page(step_id: str) -> None:
    made = plan(CORPUS["defaults"])
    link = console_link(made.step(step_id), made)
    assert link == f"https://eu-west-1.console.aws.amazon.com/{LINKS[step_id]}"


def test_a_known_service_and_the_iam_pages() -> None:
    made = plan(CORPUS["services"])
    arn = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:service/formae-agent/8fe1e10304f84fd2b0df"
    link = console_link(made.step("service"), made, {"service": {"arn": arn}})
    assert link is not None
    assert "service_arn=arn%3Aaws%3Aapprunner%3A" in link
    role = console_link(made.step("instance-role"), made)
    assert role is not None
    assert role.endswith("#/roles/details/formae-apprunner-instance")
    policy = console_link(made.step("policy-1"), made)
    assert policy is not None
    assert policy.endswith("policy%2Fformae-agent-1")
    assert console_link(made.step("engine-version"), made) is None
    assert console_link(made.step("client-config"), made) is None
    unknown = plan(CORPUS["defaults"], "")
    page = console_link(unknown.step("repository"), unknown)
    assert (
        page
        == f"https://{REGION}.console.aws.amazon.com/ecr/private-registry/repositories?region={REGION}"
    )


def test_an_existing_cluster_is_shown_by_its_name() -> None:
    made = plan(CORPUS["existing"])
    cluster = console_link(made.step("cluster"), made)
    secret = console_link(made.step("database-secret"), made)
    assert cluster is not None
    assert "id=shared;" in cluster
    assert secret is not None
    assert "name=shared-creds&" in secret


def test_times_in_words() -> None:
    made = plan(CORPUS["defaults"])
    told = {step.id: usual(step) for step in made.steps}
    assert told["account"] == "takes a moment"
    assert told["engine-version"] == "usually up to 2 seconds"
    assert told["data-api"] == "usually 2 to 60 seconds"
    assert told["image"] == "usually 30 seconds to 4 minutes"
    assert told["instance"] == "usually 5 to 10 minutes"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, Pace.USUAL), (600, Pace.USUAL), (605.1, Pace.SLOW), (1231, Pace.VERY_SLOW)],
)
def test_pace(seconds: float, expected: Pace) -> None:
    assert pace(plan(CORPUS["defaults"]).step("instance"), seconds) is expected


def test_what_remains_shrinks_along_the_critical_path() -> None:
    made = plan(CORPUS["defaults"])
    whole = remaining(made, {}, {})
    assert 400 < whole[0] < whole[1] < 1200
    done = {step.id: StepState.DONE for step in made.steps}
    assert remaining(made, done, {}) == (0.0, 0.0)
    half = {**done, "instance": StepState.WAITING_ON_AWS}
    assert remaining(made, half, {"instance": 100}) == (200.0, 500.0)
    late = remaining(made, half, {"instance": 800})
    assert late == (0.0, 200.0)
    there = {step.id: (0, 1) for step in made.steps}
    assert remaining(made, {}, {}, there)[1] < 20
