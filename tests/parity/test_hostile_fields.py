"""Every text that a person can give holds, in some world of the parity tests, all that a shell
could take for its own and that the text may legally hold. A new question must come along there.
"""

from pathlib import Path

import pytest

from tests.corpus import CORPUS
from tests.parity.worlds import BANG, HOSTILE, PASSWORD, WORDS
from tests.support.made import OWN_POLICY
from wizard.answers import checks
from wizard.answers.questions import QUESTIONS, Question, QuestionKind

LETTERS = "$`\"'\\%!(;&|<>#é"
"""What a shell, its quotes, printf or an old `aws` could take for something else."""
PLAIN = {
    **CORPUS["defaults"],
    **CORPUS["existing"],
    "tags": "team=a",
    "api_user": "formae",
    "name": "formae",
    "profile": "work",
    "services": "S3",
    "policy_arns": "arn:aws:iam::123456789012:policy/mine",
    "image_version": "0.88.1",
    "image_source": "registry.example.com/mirror/formae",
    "engine_version": "16",
    "account": "123456789012",
}
"""A legal value of each, into which one letter more is put."""
PLAYED = {
    **CORPUS[HOSTILE],
    "profile": WORDS,
    "cluster_secret_arn": CORPUS["existing"]["cluster_secret_arn"].replace("shared-creds", BANG),
}
"""What the parity tests play."""
TEXTS = [
    each
    for each in QUESTIONS
    if each.kind in {QuestionKind.TEXT, QuestionKind.MANY} and not each.quiet
]


def legal(question: Question, text: str, folder: Path) -> bool:
    """Whether the question takes the text; a file is made so that it is there."""
    if question.names_file:
        (folder / text).write_text(OWN_POLICY, "utf-8")
        text = str(folder / text)
    try:
        return question.check(question.parse(text), PLAIN, "") is None
    except ValueError:
        return False


def kinds(text: str) -> set[str]:
    """Its letters; any that is not ASCII stands for all of those."""
    return {each if each.isascii() else "é" for each in text}


def with_letter(text: str, letter: str) -> str:
    """The letter in the middle of the last word, where every rule lets most through."""
    at = text.rfind("-A") if text.startswith("arn:aws:secrets") else len(text) - 1
    return f"{text[:at]}{letter}{text[at:]}"


@pytest.mark.parametrize("question", TEXTS, ids=lambda question: question.key)
def test_every_legal_letter_is_played(question: Question, tmp_path: Path) -> None:
    plain = "policy.json" if question.names_file else PLAIN.get(question.key, "")
    if question.names_file or plain:
        assert legal(question, plain, tmp_path), f"{question.key} needs a plain value in PLAIN"
    wanted = {each for each in LETTERS if legal(question, with_letter(plain, each), tmp_path)}
    assert wanted <= kinds(PLAYED.get(question.key, "")), f"{question.key} is not hostile enough"


def test_the_password_as_well() -> None:
    assert checks.api_password(PASSWORD) is None
    assert set(LETTERS) <= kinds(PASSWORD)
