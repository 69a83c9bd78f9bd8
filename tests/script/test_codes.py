"""Every failure of a script has its code, and `explain` knows it."""

import re

import pytest

from tests.script.texts import NAMES, text
from wizard.catalogue import entry

DIE = re.compile(r"(?:^|[\s{;&|])die (\S+)")


@pytest.mark.parametrize("name", NAMES)
def test_what_ends_a_script_names_its_entry(name: str) -> None:
    code = [line for line in text(name).splitlines() if not line.lstrip().startswith("#")]
    named = [found for line in code for found in DIE.findall(line)]
    assert len(named) > 30
    for each in named:
        if each != '"${entry}"':
            assert entry(each).fix, each
    for each in re.findall(r"\bentry='([^']*)'", "\n".join(code)):
        assert entry(each).fix, each
