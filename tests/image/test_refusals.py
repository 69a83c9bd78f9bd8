"""What registries refuse, through a real engine; and the words of those that cannot be had here."""

from typing import Any

import pytest

from tests.image.conftest import Copying
from tests.image.faulty_registry import (
    BROKEN,
    CUT,
    EXPIRED,
    LOST,
    RESET,
    SLOW_DOWN,
    Fault,
    Front,
    Strike,
    front_of,
    listening,
)
from tests.support.docker_engine import (
    ECR_PASSWORD,
    ECR_USER,
    REPOSITORY,
    VERSION,
    docker_tests,
    formae,
)
from tests.support.tiers import sampled
from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.local.image.names import RegistryLogin
from wizard.local.image.stream import Stage, may_pass, refusal

pytestmark = docker_tests

LET_IN = 4
"""So many requests the engine makes before the registry has taken anything."""


def ecr_says(code: str, message: str) -> str:
    return f'{{"errors": [{{"code": "{code}", "message": "{message}"}}]}}'


IMMUTABLE = Fault(
    "PUT",
    "/manifests/",
    400,
    ecr_says(
        "TAG_INVALID",
        f"The image tag '{VERSION}' already exists in the 'formae' repository and cannot be "
        "overwritten because the repository is immutable.",
    ),
)
NO_REPOSITORY = Fault(
    "POST",
    "/blobs/uploads/",
    404,
    ecr_says(
        "NAME_UNKNOWN",
        "The repository with name 'formae' does not exist in the registry with id '123456789012'",
    ),
)
LOGIN_ENDED = Fault(
    "POST",
    "/blobs/uploads/",
    403,
    ecr_says("DENIED", "Your authorization token has expired. Reauthenticate and try again."),
)
NOT_ALLOWED = Fault(
    "POST",
    "/blobs/uploads/",
    403,
    ecr_says("DENIED", "User: arn:aws:iam::123456789012:user/x is not authorized to perform: …"),
)


@pytest.mark.parametrize(
    ("fault", "what", "fix"),
    [
        (IMMUTABLE, f"already has another image with the tag {VERSION}", "another version"),
        (NO_REPOSITORY, "does not exist.", "Create it in ECR"),
        (LOGIN_ENDED, "has expired.", "Run the command again"),
        (NOT_ALLOWED, "refuses the push", "ecr:PutImage"),
    ],
    ids=["immutable", "no repository", "expired", "not allowed"],
)
def test_ecrs_refusals(
    docker_engine: Any, copying: Copying, fault: Fault, what: str, fix: str
) -> None:
    with front_of(copying.ecr.address, fault) as address:
        login = RegistryLogin(address, copying.ecr.username, Secret(copying.ecr.password))
        with pytest.raises(WizardError) as caught:
            copying(destination=f"{address}/{copying.repository}:{VERSION}", login=login)

    assert what in caught.value.what
    assert caught.value.why.startswith("The engine's message: ")
    assert fix in caught.value.fix
    assert not any(progress.layer == "image" for progress in copying.reports)


def test_passing_trouble_is_tried_again(docker_engine: Any, copying: Copying) -> None:
    # the engine asks for a manifest with HEAD, and with GET where that does not help
    ill = ecr_says("UNAVAILABLE", "service unavailable")
    down = [Fault(method, "/manifests/", 503, ill, times=1) for method in ("HEAD", "GET")]
    full = Fault("PUT", "/manifests/", 503, ill, times=1)
    with (
        front_of(copying.source.address, *down) as source,
        front_of(copying.ecr.address, full) as ecr,
    ):
        login = RegistryLogin(ecr, copying.ecr.username, Secret(copying.ecr.password))
        digest = copying(
            source=f"{source}/{REPOSITORY}:{VERSION}",
            destination=f"{ecr}/{copying.repository}:{VERSION}",
            login=login,
        )

    assert digest == copying.arrived()[0]
    assert all("; try 2 in " in words and ", for up to " in words for words in copying.told)
    assert copying.told


def test_lasting_trouble_ends(docker_engine: Any, copying: Copying) -> None:
    with pytest.raises(WizardError) as caught:
        copying(source="127.0.0.1:9/nobody/listens:1")
    assert caught.value.what == "The Docker engine cannot reach 127.0.0.1:9 reliably."
    assert "the engine's settings" in caught.value.fix
    assert 30 >= copying.waited > 10
    assert len(copying.told) > 2


@pytest.mark.parametrize(
    ("side", "number", "kind"),
    sampled(
        [
            (side, number, kind)
            for kind in (BROKEN, SLOW_DOWN, RESET, CUT, LOST, EXPIRED)
            for side, most in (("source", 5), ("target", 14))
            for number in range(1, most + 1)
            if kind != EXPIRED or (side == "target" and number > LET_IN)
        ],
        every=19,
    ),
)
def test_every_fault_at_every_request_of_the_engine(
    docker_engine: Any, copying: Copying, side: str, number: int, kind: str
) -> None:
    strike = Strike(number, kind)
    source = Front(copying.source.address, strike=strike if side == "source" else None)
    target = Front(copying.ecr.address, strike=strike if side == "target" else None)
    with listening(source), listening(target):
        copying(
            source=f"{source.address}/{REPOSITORY}:{VERSION}",
            destination=f"{target.address}/{copying.repository}:{VERSION}",
            login=RegistryLogin(target.address, ECR_USER, Secret(ECR_PASSWORD)),
        )
    assert copying.arrived()[1]["config"]["digest"] == formae("amd64").config.digest
    assert strike.struck, "there is no such request: count anew"


def test_it_waits_as_long_as_the_engine_says(docker_engine: Any, copying: Copying) -> None:
    words = ecr_says("TOOMANYREQUESTS", "retry-after: 12s, allowed: 44000/minute")
    slow = [Fault(method, "/manifests/", 429, words, times=1) for method in ("HEAD", "GET")]
    with front_of(copying.source.address, *slow) as source:
        copying(source=f"{source}/{REPOSITORY}:{VERSION}")
    assert copying.waited == 12.0
    assert "toomanyrequests" in copying.told[0]


GHCR = "ghcr.io/platform-engineering-labs/formae:9.9.9"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/formae:0.88.1"
SEEN = [
    (Stage.PULL, "write /var/lib/docker/tmp/x: no space left on device", "no disk space", False),
    (Stage.PULL, "Get https://ghcr.io/v2/: net/http: TLS handshake timeout", "reliably", True),
    (
        Stage.PULL,
        'Get "https://ghcr.io/v2/": proxyconnect tcp: dial tcp: lookup proxy: no such host',
        "through its proxy",
        False,
    ),
    (
        Stage.PULL,
        'Get "https://ghcr.io/v2/": tls: failed to verify certificate: x509: certificate '
        "signed by unknown authority",
        "does not trust",
        False,
    ),
    (Stage.PULL, 'Head "https://ghcr.io/v2/x/manifests/y": denied', "refuses the p", False),
    (Stage.PULL, "error from registry: unauthorized", "refuses the pull", False),
    (
        Stage.PULL,
        "toomanyrequests: You have reached your unauthenticated pull rate limit.",
        "limits your downloads",
        True,
    ),
    (
        Stage.PULL,
        "no matching manifest for linux/amd64 in the manifest list entries: "
        "no match for platform in manifest: not found",
        "does not exist for linux/amd64",
        False,
    ),
    (Stage.PUSH, "no basic auth credentials", "refuses the push", False),
    (Stage.PUSH, "write tcp 10.0.0.2:1->10.0.0.3:443: broken pipe", "reliably", True),
    (Stage.PUSH, "received unexpected HTTP status: 502 Bad Gateway", "reliably", True),
    (Stage.PUSH, "something nobody has seen", "could not push", False),
]


@pytest.mark.parametrize(("stage", "words", "what", "passes"), SEEN)
def test_words_that_were_seen(stage: Stage, words: str, what: str, passes: bool) -> None:
    image = GHCR if stage is Stage.PULL else ECR
    problem = refusal(words, stage, image)
    assert what in problem.what
    assert problem.why == f"The engine's message: {words}"
    assert "{" not in f"{problem}"
    assert may_pass(words) is passes
