"""The corpus as scripts."""

from functools import cache
from os.path import relpath
from pathlib import Path

from tests.corpus import CORPUS
from tests.support import made
from wizard.readings.script import bundle, script

ROOT = Path(__file__).parents[2]
NAMES = sorted(CORPUS)
HELPERS = "# Helpers, the same in every script"
ORDER = "# What is done, in which order"


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
    """The same with the documents beside it."""
    return dict(bundle(made.plan(given(name), ""), made.answers(given(name))))


def without_helpers(whole: str) -> str:
    """The script but for what is assets/script/prelude.sh itself."""
    head, _, rest = whole.partition(HELPERS)
    return f"{head}{HELPERS}\n[assets/script/prelude.sh]\n{ORDER}{rest.partition(ORDER)[2]}"
