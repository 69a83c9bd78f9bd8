"""Every corpus entry's script, to be reviewed as a diff; its helpers are the prelude itself."""

import pytest

from tests.script.texts import NAMES, files, text, without_helpers
from tests.support.golden import golden, nothing_stale


@pytest.mark.parametrize("name", NAMES)
def test_the_script(name: str) -> None:
    golden(f"scripts/{name}.sh", without_helpers(text(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_script_with_its_documents_beside_it_says_the_same(name: str) -> None:
    """Each here-document of the one is a file of the other, letter by letter."""
    whole, beside = text(name), files(name)
    for file, content in beside.items():
        if file != "deploy.sh":
            assert content in whole
            assert content not in beside["deploy.sh"]
            assert f'"${{HERE}}/{file}"' in beside["deploy.sh"]


def test_no_script_is_left_over() -> None:
    nothing_stale("scripts", [f"{name}.sh" for name in NAMES])
