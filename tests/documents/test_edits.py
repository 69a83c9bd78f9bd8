"""Documents changed by hand: what is refused, and that what is accepted is what is used."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus import ACCOUNT, CORPUS
from tests.support.made import OWN_POLICY, PERMISSIONS, answers, plan
from tests.support.tiers import tried
from wizard.base.errors import WizardError
from wizard.base.values import parts, refs
from wizard.documents.document import Document, DocumentKind
from wizard.documents.edits import Edits, check_edit, editable, normal
from wizard.engine.edits_import import edit_problem
from wizard.engine.preflight.offline import check
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.plan.model import Call, Plan
from wizard.plan.placeholders import text_of

AGENT = "agent.conf.pkl"
TRUST = "apprunner-trust.json"
POLICY = "formae-data-api-policy.json"
REQUEST = "create-service.json"


def built(name: str, edits: Edits) -> Plan:
    made = answers(CORPUS[name])
    known = {service: PERMISSIONS[service] for service in made.services}
    inputs = PlanInputs(account=ACCOUNT, permissions=known, own_policy=OWN_POLICY)
    return build(made, inputs, edits)


def document(name: str, of: str = "defaults") -> Document:
    return next(each for each in plan(CORPUS[of]).documents if each.name == name)


def changed(name: str, old: str, new: str) -> str:
    text = editable(document(name))
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("name", CORPUS)
def test_editing_nothing_gives_the_very_same_plan(name: str) -> None:
    made = built(name, {})
    texts = {each.name: editable(each) for each in made.documents if not each.fixed}
    assert built(name, texts) == made
    for crlf in ("\r\n", "\r"):
        other = {key: text.replace("\n", crlf) for key, text in texts.items()}
        assert built(name, other) == made
    assert built(name, {key: "\ufeff" + text.rstrip() for key, text in texts.items()}) == made
    for each in made.documents:
        assert not each.edited
        assert each.fixed or check_edit(each, editable(each)) is None


@pytest.mark.parametrize("name", CORPUS)
def test_a_comment_or_a_blank_changes_no_reference(name: str) -> None:
    made = built(name, {})
    for each in made.documents:
        if each.fixed:
            continue
        text = editable(each)
        more = text + "// mine\n" if each.language == "pkl" else "\n" + text
        other = built(name, {each.name: more})
        if each.kind is DocumentKind.REQUEST:
            assert other == made, "of a request only the meaning counts"
            continue
        assert [refs(step) for step in other.steps] == [refs(step) for step in made.steps]
        assert check(other) == []
        again = next(d for d in other.documents if d.name == each.name)
        assert again.edited
        assert normal(more) == editable(again), "edited again, it is the edited text"


def calls(made: Plan, operation: str) -> list[Call]:
    return [p for p in parts(made) if isinstance(p, Call) and p.operation == operation]


def test_the_edited_config_is_what_is_stored_and_compared() -> None:
    text = changed(AGENT, "port = 49684", "port = 49684 /* mine */")
    made = built("defaults", {AGENT: text})
    step = made.step("config-secret")
    assert step.fits[0].want == step.make.params["SecretString"]  # type: ignore[union-attr]
    body = text_of(made.documents[0], made)
    assert "/* mine */" in body
    assert f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:formae-db" in body
    assert "${" not in body


def test_the_edited_policies_are_what_roles_get() -> None:
    wider = changed(POLICY, '"secretsmanager:GetSecretValue"', '"secretsmanager:*"')
    account = '"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}, "Action"'
    trust = changed(TRUST, '"Action"', account)
    made = built("defaults", {POLICY: wider, TRUST: trust})
    (put,) = {id(c): c for c in calls(made, "PutRolePolicy")}.values()
    assert "secretsmanager:*" in put.params["PolicyDocument"].text  # type: ignore[union-attr]
    (update, _) = calls(made, "UpdateAssumeRolePolicy")
    assert "aws:SourceAccount" in update.params["PolicyDocument"].text  # type: ignore[union-attr]


def test_the_edited_request_is_what_is_sent() -> None:
    text = changed(REQUEST, '"Interval": 10', '"Interval": 20')
    made = built("defaults", {REQUEST: text})
    (create,) = calls(made, "CreateService")
    (update,) = calls(made, "UpdateService")
    for call in (create, update):
        assert call.params["HealthCheckConfiguration"]["Interval"] == 20  # type: ignore[index,call-overload]
    assert refs(create) == refs(calls(built("defaults", {}), "CreateService")[0])
    assert check(made) == []


def test_the_fingerprint_follows_an_edited_config() -> None:
    texts = [changed(AGENT, "49684", "49684"), changed(AGENT, "49684", "49684 ")]
    first, second = (built("defaults", {AGENT: text}) for text in texts)
    assert calls(first, "CreateService") != calls(second, "CreateService")


def test_what_app_runner_takes_only_at_the_beginning_is_never_updated() -> None:
    more = '"EncryptionConfiguration": {"KmsKey": "arn:aws:kms:eu-west-1:1:key/a"}, "Tags"'
    made = built("defaults", {REQUEST: changed(REQUEST, '"Tags"', more)})
    assert "EncryptionConfiguration" in calls(made, "CreateService")[0].params
    assert "EncryptionConfiguration" not in calls(made, "UpdateService")[0].params
    assert check(made) == []
    data: dict[str, Any] = json.loads(editable(document(REQUEST)))
    del data["AutoScalingConfigurationArn"]
    assert check(built("defaults", {REQUEST: json.dumps(data)})) == []


def test_iams_own_variables_are_left_alone() -> None:
    text = changed(
        POLICY, '"Effect"', '"Condition": {"StringEquals": {"a": "${aws:username}"}}, "Effect"'
    )
    made = built("defaults", {POLICY: text})
    shown = text_of(next(d for d in made.documents if d.name == POLICY), made)
    assert "${aws:username}" in shown
    assert "${cluster_arn}" not in shown


def test_a_raw_request_keeps_words_that_look_like_holes() -> None:
    shown = editable(document(REQUEST))
    assert "umask${IFS}077" in shown
    assert check_edit(document(REQUEST), shown) is None


def replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


REFUSED: list[tuple[str, Callable[[str], str], str]] = [
    (AGENT, lambda _: "", "empty"),
    (AGENT, lambda text: text + "//" + "x" * 64_000, "bytes"),
    (AGENT, lambda text: text + "}", "Line "),
    (AGENT, lambda text: text.rstrip()[:-1], "not closed"),
    (AGENT, lambda text: text + 'x = "a', "a string does not end"),
    (AGENT, replace('amends "formae:/Config.pkl"', ""), "must start with"),
    (AGENT, replace("formae:/Config.pkl", "other.pkl"), "must start with"),
    (AGENT, replace("${region}", "${regoin}"), "${regoin}"),
    (AGENT, replace('"${region}"', '#"${region}"#'), "separate string"),
    (AGENT, replace('"${region}"', '"""\n"${region}"\n"""'), "separate string"),
    (AGENT, lambda text: text + '/* "${region}" */', "separate string"),
    (AGENT, lambda text: text + "\0", "null character"),
    (AGENT, lambda text: text + '// "${nothing}"', "${nothing}"),
    (POLICY, lambda _: "{", "Line 2"),
    (POLICY, lambda _: "[]", "Statement"),
    (POLICY, replace('"Effect": "Allow"', '"Effect": "Maybe"'), "Effect"),
    (POLICY, replace('"Resource"', '"Principal": "*", "Resource"'), "Principal"),
    (POLICY, replace("${cluster_arn}", "${cluster}"), "${cluster}"),
    (POLICY, replace("${cluster_arn}", "${cluster_arn}/*"), "separate string"),
    (POLICY, replace('"Sid"', '"Sid": "A", "Sid"'), "twice"),
    (POLICY, lambda text: text.replace('"Sid": "', '"Sid": "' + "x" * 7000), "characters"),
    (TRUST, replace('"Action"', '"Resource": "*", "Action"'), "Resource"),
    (TRUST, replace("build.apprunner", "tasks.apprunner"), "build.apprunner.amazonaws.com"),
    (TRUST, replace('"Principal"', '"Who"'), "Principal"),
    (TRUST, lambda text: text.replace('"sts:AssumeRole"', f'["{"x" * 2100}"]'), "characters"),
    (TRUST, lambda _: "{}", "Statement"),
    (REQUEST, lambda _: "[]", "JSON object"),
    (REQUEST, replace('"formae-agent",', '"other",'), "ServiceName"),
    (REQUEST, replace('"Value": "formae-agent"', '"Value": "else"'), "app=formae-agent"),
    (REQUEST, replace('"Interval": 10', '"Interval": NaN'), "not a JSON number"),
    (REQUEST, lambda _: "[" * 30_000, "nested"),
]


@pytest.mark.parametrize(("name", "change", "told"), REFUSED)
def test_what_cannot_be_used_is_refused_in_words(
    name: str, change: Callable[[str], str], told: str
) -> None:
    original = document(name)
    text = change(editable(original))
    wrong = check_edit(original, text)
    assert wrong is not None
    assert told in wrong
    assert edit_problem(original, text, plan(CORPUS["defaults"])) == wrong
    with pytest.raises(WizardError, match="cannot be used"):
        built("defaults", {name: text})


def test_a_request_is_held_against_awss_own_model() -> None:
    made, request = plan(CORPUS["defaults"]), document(REQUEST)
    for old, new, told in (
        ('"Interval": 10', '"Interval": "ten"', "Interval"),
        ('"Interval"', '"Interwal"', "Interwal"),
    ):
        text = changed(REQUEST, old, new)
        assert check_edit(request, text) is None
        wrong = edit_problem(request, text, made)
        assert wrong is not None
        assert told in wrong
    assert edit_problem(request, changed(REQUEST, "10", "20"), made) is None


def test_the_clis_config_says_why_it_cannot_be_edited() -> None:
    client = plan(CORPUS["defaults"]).documents[1]
    assert editable(client) == ""
    wrong = check_edit(client, "x")
    assert wrong is not None
    assert "Edit the file itself" in wrong


def test_an_edit_that_the_answers_no_longer_fit_is_told() -> None:
    text = editable(document(AGENT))
    with pytest.raises(WizardError) as caught:
        built("open", {AGENT: text})
    assert "${" in caught.value.why


def test_an_edited_document_is_edited_again_with_all_its_holes() -> None:
    once = changed(AGENT, '"${region}"', '"eu-west-1"')
    made = built("defaults", {AGENT: once})
    again = made.documents[0]
    assert editable(again) == once
    back = once.replace('"eu-west-1"', '"${region}"')
    assert check_edit(again, back) is None
    assert built("defaults", {AGENT: back}) == built("defaults", {})
    moved = changed(REQUEST, '"Cpu": "1024"', '"Cpu": "${access_role_arn}"')
    request = built("defaults", {REQUEST: moved}).documents[-1]
    assert editable(request) == moved
    assert not request.reverted.edited
    assert editable(request.reverted) == editable(document(REQUEST))


@given(st.text(max_size=200), st.sampled_from([AGENT, POLICY, TRUST, REQUEST]), st.integers(0, 900))
@tried(200)
def test_no_text_breaks_the_check(insert: str, name: str, at: int) -> None:
    original = document(name)
    text = editable(original)
    text = text[:at] + insert + text[at:]
    wrong = edit_problem(original, text, PLAN)
    assert wrong is None or wrong
    if wrong is None:
        assert check(built("defaults", {name: text})) == []


PLAN = plan(CORPUS["defaults"])
