"""A real registry in the place of ECR's, for tests in which a real Docker engine pushes."""

import json
from base64 import b64decode

import pytest
from botocore.exceptions import ClientError

from tests.standin.steps import Service, lines, make_roles, operation, status
from tests.support.docker_engine import EcrRegistry, docker_tests, formae
from tests.support.standin import NewAccount, client
from wizard.standin.server import StandIn
from wizard.standin.world import Registry

pytestmark = docker_tests
TAG = "0.88.1"


@pytest.fixture
def account(new_account: NewAccount, ecr_registry: EcrRegistry) -> StandIn:
    known = Registry(
        address=ecr_registry.address, user=ecr_registry.username, password=ecr_registry.password
    )
    return new_account(registry=known)


def test_names_and_logins_lead_to_it(account: StandIn, ecr_registry: EcrRegistry) -> None:
    ecr = client("ecr")
    made = ecr.create_repository(repositoryName="team/one")["repository"]
    shown = ecr.describe_repositories()["repositories"][0]
    for repository in (made, shown):
        assert repository["repositoryUri"] == f"{ecr_registry.address}/team/one"
    data = ecr.get_authorization_token()["authorizationData"][0]
    assert data["proxyEndpoint"] == f"http://{ecr_registry.address}"
    login = b64decode(data["authorizationToken"]).decode()
    assert login == f"{ecr_registry.username}:{ecr_registry.password}"


def test_what_was_pushed_there_is_seen_and_run(account: StandIn, ecr_registry: EcrRegistry) -> None:
    ecr = client("ecr")
    uri = ecr.create_repository(repositoryName="team/two")["repository"]["repositoryUri"]
    names = {"repositoryName": "team/two", "imageIds": [{"imageTag": TAG}]}
    with pytest.raises(ClientError, match="ImageNotFoundException"):
        ecr.describe_images(**names)
    image = formae("amd64")
    ecr_registry.api.upload("team/two", TAG, {"amd64": image})
    found = ecr.describe_images(**names)["imageDetails"][0]
    assert found["imageDigest"] == image.manifest.digest
    stored = ecr.batch_get_image(**names)["images"][0]
    assert json.loads(stored["imageManifest"])["layers"]
    access, instance = make_roles()
    arn = Service(access, instance, f"{uri}:{TAG}", start="").create()["Service"]["ServiceArn"]
    assert operation(arn) == "SUCCEEDED"


def test_an_index_cannot_be_pulled(account: StandIn, ecr_registry: EcrRegistry) -> None:
    made = client("ecr").create_repository(repositoryName="team/three")["repository"]
    both = {name: formae(name) for name in ("amd64", "arm64")}
    ecr_registry.api.upload("team/three", TAG, both)
    access, instance = make_roles()
    service = Service(access, instance, f"{made['repositoryUri']}:{TAG}", start="")
    arn = service.create()["Service"]["ServiceArn"]
    assert operation(arn) == "FAILED"
    assert status(arn) == "CREATE_FAILED"
    assert any("indexes are not supported" in line for line in lines(arn, "service"))
