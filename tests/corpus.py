"""Sets of answers that stand for what people choose, as text, the way flags give them.

Each is a file in tests/answers, in the very format people use; a new file is a new entry.
"""

from pathlib import Path

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
