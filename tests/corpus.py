"""Sets of answers that stand for what people choose, as text, the way flags give them.

Each is a file in tests/answers, in the very format people use; a new file is a new entry.
"""

from pathlib import Path
from typing import Any

from wizard.answers.file import load

REGION = "eu-west-1"
ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shared"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shared-creds-AbC123"

FOLDER = Path(__file__).parent / "answers"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def _texts(path: Path) -> dict[str, str]:
    loaded = load(str(path))
    assert not loaded.problems(), loaded.problems()
    return loaded.texts


CORPUS: dict[str, dict[str, str]] = {name: _texts(path) for name, path in FILES.items()}


def surroundings(*names: str, region: str = REGION, **cluster: Any) -> dict[str, str]:
    """Make in the account what these entries take to be there, and give the answers that choose it.

    `cluster` is as in `make_cluster`.
    """
    from tests.account.test_existing_cluster import make_cluster, make_snapshot
    from tests.support.networks import Network

    said = {key: value for name in names for key, value in CORPUS[name].items()}
    there: dict[str, str] = {}
    if "cluster_arn" in said:
        made = make_cluster(**cluster)
        there |= {"cluster_arn": made.arn, "cluster_secret_arn": made.secret}
    if "snapshot" in said:
        make_snapshot(said["snapshot"].rpartition(":")[2], region)
    if "subnets" in said:
        there["subnets"] = ",".join(Network(region).private)
    return there


def placed(name: str, there: dict[str, str]) -> dict[str, str]:
    """The entry's texts with what was made in the account in place of what they take to be."""
    return {key: there.get(key, value) for key, value in CORPUS[name].items()}
