"""The test schemas say yes and no where formae does."""

import pytest

from tests.support.pkl import VERSIONS, PklError, evaluate

HEAD = 'amends "formae:/Config.pkl"\n'
BOTH = {"0.88": True, "0.89": True}
NEW = {"0.88": False, "0.89": True}
NEITHER = {"0.88": False, "0.89": False}


CASES: list[tuple[str, dict[str, bool]]] = [
    ("", BOTH),
    ('agent { datastore { datastoreType = "auroradataapi" } }', BOTH),
    ('agent { datastore { datastoreType = "aurora" } }', NEITHER),
    ('agent { datastore { auroraDataAPI { clusterArn = "c"; secretArn = "s" } } }', BOTH),
    ('agent { datastore { auroraDataAPI { database = "d"; region = "r" } } }', BOTH),
    ('agent { datastore { auroraDataAPI { endpoint = "e" } } }', NEW),
    ('agent { datastore { auroraDataAPI { cluster = "c" } } }', NEITHER),
    ("agent { server { port = 49684 } }", BOTH),
    ("agent { server { port = 65536 } }", NEITHER),
    ('agent { server { port = "49684" } }', NEITHER),
    ("agent { discovery { interval = 10.min } }", BOTH),
    ("agent { discovery { interval = 10 } }", NEITHER),
    ('agent { resourcePlugins { new { type = "a" } new { type = "b" } } }', BOTH),
    ('agent { resourcePlugins { new { type = "a" } new { type = "a" } } }', NEITHER),
    ("agent { oidcCredentialPlugins {} }", NEW),
    ('cli { api { url = "u"; port = 443 } }', BOTH),
    ("cli { api { port = -1 } }", NEITHER),
    ("cli { apis {} }", NEITHER),
    ('cli { connection = new Classic { url = "u"; port = 443 } }', NEW),
    ('cli { connection = new Hosted { endpoint = "e"; installation = "i" } }', NEITHER),
    ("cli { connection = new Classic {}; api {} }", NEITHER),
    ('cli { connection = new Classic {}; auth = new Dynamic { type = "x" } }', NEITHER),
    ('cli { connection = new Classic {} }\nplugins { authentication { type = "x" } }', NEITHER),
    ('cli { appearance = "dim" }', NEITHER),
    ("clients {}", NEITHER),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("body", "good"), CASES)
def test_the_schema_knows_right_from_wrong(body: str, good: dict[str, bool], version: str) -> None:
    if good[version]:
        evaluate(HEAD + body, version)
    else:
        with pytest.raises(PklError, match=r"Pkl Error|cli\.connection"):
            evaluate(HEAD + body, version)


AUTH = HEAD + 'import "plugins:/AuthBasic.pkl" as AuthBasic\n'
AWS = HEAD + 'import "plugins:/Aws.pkl" as Aws\n'


@pytest.mark.parametrize("version", VERSIONS)
def test_the_agents_auth(version: str) -> None:
    user = 'new AuthBasic.AuthorizedUser { username = "ops"; password = "$2b$10$x" }'
    text = f"{AUTH}agent {{ auth = new AuthBasic.AgentConfig {{ authorizedUsers {{ {user} }} }} }}"
    assert evaluate(text, version)["agent"]["auth"] == {
        "type": "auth-basic",
        "authorizedUsers": [{"username": "ops", "password": "$2b$10$x"}],
    }
    for wrong in (text.replace("password", "hash"), text.replace("AgentConfig", "CliConfig")):
        with pytest.raises(PklError):
            evaluate(wrong, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_discovery_filters(version: str) -> None:
    condition = 'new FilterCondition { propertyPath = "$.Tags"; propertyValue = "x" }'
    match = f'resourceTypes {{ "AWS::IAM::Role" }}\n conditions {{ {condition} }}'
    plugin = f"new Aws.PluginConfig {{ discoveryFilters {{ new MatchFilter {{ {match} }} }} }}"
    text = f"{AWS}agent {{ resourcePlugins {{ {plugin} }} }}"
    (said,) = evaluate(text, version)["agent"]["resourcePlugins"]
    assert said["type"] == "aws"
    assert said["discoveryFilters"] == [
        {
            "resourceTypes": ["AWS::IAM::Role"],
            "conditions": [{"propertyPath": "$.Tags", "propertyValue": "x"}],
        }
    ]
    for wrong in (text.replace("resourceTypes", "types"), text.replace("propertyPath", "path")):
        with pytest.raises(PklError):
            evaluate(wrong, version)
