"""The corpus as scripts."""

from functools import cache

from tests.corpus import CORPUS
from tests.support import made
from wizard.readings.script import bundle, script

NAMES = sorted(CORPUS)
HELPERS = "# Helpers, the same in every script"
ORDER = "# What is done, in which order"


@cache
def text(name: str, account: str = "") -> str:
    """The script of a corpus entry, made without a sign-in."""
    return script(made.plan(CORPUS[name], account), made.answers(CORPUS[name]))


@cache
def files(name: str) -> dict[str, str]:
    """The same with the documents beside it."""
    return dict(bundle(made.plan(CORPUS[name], ""), made.answers(CORPUS[name])))


def without_helpers(whole: str) -> str:
    """The script but for what is assets/script/prelude.sh itself."""
    head, _, rest = whole.partition(HELPERS)
    return f"{head}{HELPERS}\n[assets/script/prelude.sh]\n{ORDER}{rest.partition(ORDER)[2]}"
