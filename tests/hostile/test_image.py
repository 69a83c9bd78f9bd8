"""The image that runs is the one that was sent: ECR's digest is compared, and written down."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import Command
from tests.support.standin import REGION, client
from tests.support.tiers import unsampled_tier
from wizard.standin.docker.image import MANIFEST_TYPE
from wizard.standin.faults import Fault, HungUp

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

R = ("--region", REGION)
RIGHT_AFTER_IT = 2
"""The look for the image that is right after its copying: one is before it."""


@unsampled_tier
def test_its_digest_is_in_the_log(standin: "StandIn", command: Command, home: Path) -> None:
    assert command("apply", "--yes", *R).code == 0
    (image,) = client("ecr").describe_images(repositoryName="formae")["imageDetails"]
    (log,) = home.rglob("*.log")
    assert f"image: done ({image['imageDigest']})" in log.read_text()


def test_another_in_its_place_is_told(standin: "StandIn", command: Command) -> None:
    """Somebody pushes another image under the same tag, at the very moment."""

    def push() -> None:
        backend = standin.world.moto.backend("ecr", REGION)
        body = json.dumps({"schemaVersion": 2, "annotations": {"by": "somebody"}})
        digest = "sha256:" + hashlib.sha256(body.encode()).hexdigest()
        backend.put_image("formae", body, "0.88.1", MANIFEST_TYPE, digest)

    standin.disturb(
        Fault(
            service="ecr",
            operation="DescribeImages",
            outcome=HungUp(),
            nth=RIGHT_AFTER_IT,
            meanwhile=push,
        )
    )
    end = command("apply", "--yes", *R)
    assert end.code == 1
    assert "AWS has a different value than the one sent" in end.err
    assert "CreateService" not in [call.operation for call in standin.calls]
