"""Every corpus entry's script, whole, to be reviewed as a diff."""

import re

import pytest

from tests.export.texts import NAMES, files, text
from tests.support.golden import golden, nothing_stale


@pytest.mark.parametrize("name", NAMES)
def test_the_script(name: str) -> None:
    golden(f"scripts/{name}.sh", text(name))


@pytest.mark.parametrize("name", NAMES)
def test_its_documents_are_files_where_a_folder_is_wanted(name: str) -> None:
    """Each document of the script is a file beside it, and the script reads it from there."""
    whole, beside = text(name), files(name)
    documents = set(re.findall(r'"\$WORK/([\w.-]+)" <<', whole))
    assert len(documents) > 4
    assert beside.keys() == documents | {"deploy.sh"}
    for file in documents:
        assert f"$HERE/{file}" in beside["deploy.sh"]
    assert "<<'END'" not in beside["deploy.sh"]


def test_no_script_is_left_over() -> None:
    nothing_stale("scripts", [f"{name}.sh" for name in NAMES])
