"""The corpus as scripts."""

from functools import cache
from os.path import relpath
from pathlib import Path

from tests.corpus import CORPUS
from tests.support import made
from wizard.export.bash import bundle, script

ROOT = Path(__file__).parents[2]
NAMES = sorted(CORPUS)


def given(name: str) -> dict[str, str]:
    """The entry; its file is named as from the project's folder, to be the same everywhere."""
    texts = dict(CORPUS[name])
    if texts.get("policy_file"):
        texts["policy_file"] = relpath(texts["policy_file"], ROOT)
    return texts


@cache
def text(name: str, account: str = "") -> str:
    """The script of a corpus entry, made without a sign-in."""
    return script(made.plan(given(name), account), made.answers(given(name)))


@cache
def files(name: str) -> dict[str, str]:
    """The script with its documents beside it, by file name."""
    return dict(bundle(made.plan(given(name), ""), made.answers(given(name))))
