"""The demo's world: an AWS stand-in of its own, and none of the person's own settings."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from wizard.engine.flow import PACE_VARIABLE

FOREIGN = ("AWS_", "FORMAE_", "DOCKER_", "XDG_CONFIG")
REGION = "eu-west-1"
BEGIN = (
    "Demo: AWS and Docker are simulated on this machine; ten minutes of AWS take less than one.\n"
    "Times shown are AWS's. Nothing leaves this machine, and nothing of yours is changed."
)
END = "The demo's account and files are removed. For the real setup: formae-wizard"


@contextlib.contextmanager
def demo(*, account: str = "") -> Iterator[None]:
    """Within it, AWS, Docker and the formae CLI's config are the demo's; afterwards as before.

    `account` is "closed" for one to which the default host is closed, "free" for one that is on
    the Free plan as well. Raises WizardError where the `demo` extra is not installed.
    """
    from wizard.standin.demo import demo_environment

    before = dict(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="formae-demo-"))
    try:
        with demo_environment(account=account) as environment:
            for name in [name for name in os.environ if name.startswith(FOREIGN)]:
                if not name.startswith("FORMAE_WIZARD_"):
                    del os.environ[name]
            os.environ.update(environment)
            os.environ.update(_settings(folder))
            print(BEGIN, file=sys.stderr)
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            with contextlib.suppress(OSError):  # the terminal may be gone as well
                print(END, file=sys.stderr)


def _settings(folder: Path) -> dict[str, str]:
    from wizard.standin.durations import DEMO_SCALE

    return {
        "AWS_REGION": os.environ.get("AWS_REGION", REGION),
        "AWS_CONFIG_FILE": str(folder / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "aws-credentials"),
        "DOCKER_CONFIG": str(folder / "docker"),
        "FORMAE_CONFIG_DIR": str(folder / "formae"),
        "XDG_STATE_HOME": str(folder / "state"),
        "FORMAE_WIZARD_CLI": "off",
        "FORMAE_WIZARD_RELEASES": "off",
        PACE_VARIABLE: str(DEMO_SCALE),
    }
