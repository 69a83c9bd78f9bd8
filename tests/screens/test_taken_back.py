"""After a failure in full screen, what was made is removed: from the key to the account's end."""

from typing import TYPE_CHECKING

from tests.destroy.account import everything
from tests.support.account import changes
from tests.support.standin import REGION
from tests.support.terminal import started, terminal
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@unsampled_tier
def test_what_the_run_made_is_removed(standin: "StandIn", command: object) -> None:
    before = everything()
    standin.fail("iam", "CreateRole", "AccessDenied", "no iam:CreateRole for you", status=403)
    with terminal([], {"AWS_REGION": REGION}) as shown:
        started(shown)
        shown.until("Cost while idle")
        shown.press("x")
        shown.until("What existed before")
        shown.press("g")
        shown.until("to remove it:")
        shown.press(*"formae", "enter")
        assert shown.wait() == 0
    assert "rds:DeleteDBCluster" in changes(standin)
    left = everything()
    left["secrets"] = before["secrets"]  # these can be restored for some days
    assert left == before
