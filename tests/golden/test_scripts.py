"""Every corpus entry's script, whole, to be reviewed as a diff."""

import json

import pytest

from tests.script.texts import NAMES, files, text
from tests.support.golden import golden, nothing_stale


@pytest.mark.parametrize("name", NAMES)
def test_the_script(name: str) -> None:
    golden(f"scripts/{name}.sh", text(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_script_with_its_documents_beside_it_says_the_same(name: str) -> None:
    """A document of the one is a file of the other; JSON is only laid out otherwise."""
    whole, beside = text(name), files(name)
    assert len(beside) > 4
    for file, content in beside.items():
        if file == "deploy.sh":
            continue
        head = next(line for line in whole.splitlines() if f'"$WORK/{file}" <<' in line)
        held = whole.partition(head + "\n")[2].partition("\nEND")[0] + "\n"
        same = json.loads(held) == json.loads(content) if file.endswith("json") else held == content
        assert same, file
        assert content not in beside["deploy.sh"]
        assert f"$HERE/{file}" in beside["deploy.sh"]


def test_no_script_is_left_over() -> None:
    nothing_stale("scripts", [f"{name}.sh" for name in NAMES])
