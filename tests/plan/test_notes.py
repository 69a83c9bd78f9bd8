"""Every document says what its parts are for, and the sentences stand beside the right lines."""

import json

import pytest

from tests.corpus import CORPUS
from tests.support.made import plan
from wizard.documents.document import Document, placed
from wizard.documents.iam import SENTENCES, policy_notes, policy_statement_text
from wizard.plan.model import Plan
from wizard.plan.placeholders import text_of


def beside(document: Document, made: Plan) -> dict[str, str]:
    """The line that each note stands beside."""
    lines = text_of(document, made).splitlines()
    shown = placed(document, text_of(document, made))
    return {note.part: lines[number].strip() for number, note in shown}


@pytest.mark.parametrize("name", CORPUS)
def test_every_document_has_notes_and_every_note_a_sentence(name: str) -> None:
    made = plan(CORPUS[name])
    for document in made.documents:
        assert beside(document, made), document.name
        for note in document.notes:
            assert note.text.endswith("."), note


def test_every_statement_of_ours_is_explained() -> None:
    made = plan(CORPUS["services"])
    policies = [each for each in made.documents if "policy" in each.name or "agent-" in each.name]
    for document in policies:
        if document.language != "json":
            continue
        statements = json.loads(text_of(document, made))["Statement"]
        notes = {note.part: note.text for note in document.notes}
        for statement in statements:
            assert notes[statement["Sid"]] == SENTENCES[statement["Sid"]]


def test_notes_stand_where_their_part_begins() -> None:
    made = plan(CORPUS["defaults"])
    shown = {document.name: beside(document, made) for document in made.documents}
    agent = shown["agent.conf.pkl"]
    assert agent["datastore"] == "datastore {"
    assert agent["auth"] == "auth = new AuthBasic.AgentConfig {"
    assert list(agent) == [
        *("amends", "server", "datastore", "auth", "discoveryFilters", "kubernetes")
    ]
    assert shown["create-service.json"]["StartCommand"].startswith('"StartCommand"')
    assert "auth" not in beside(plan(CORPUS["open"]).documents[0], plan(CORPUS["open"])), (
        "what is not in the text has no note beside it"
    )


OWN = """{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["s3:A", "s3:B", "s3:C", "s3:D"], "Resource": "*"},
  {"Sid": "No", "Effect": "Deny", "NotAction": "iam:*", "Resource": ["arn:a"],
   "Condition": {"Bool": {"x": "true"}}}]}
"""


def test_the_persons_own_policy_is_told_by_what_it_says() -> None:
    first, second = policy_notes(OWN)
    assert first.text == "Allows s3:A, s3:B, s3:C and 1 more on everything."
    assert second.text == "Forbids every action but iam:* on arn:a, with a condition."
    assert (first.part, second.part) == ("Statement 1", "No")
    assert policy_notes("no json") == ()
    assert policy_notes("[]") == ()
    assert policy_statement_text({"Effect": "Allow", "Action": "*", "Resource": "*"}) == (
        "Allows every action on everything."
    )


def test_a_sentence_of_ours_does_not_speak_for_a_changed_statement() -> None:
    made = plan(CORPUS["defaults"])
    document = next(each for each in made.documents if each.name == "formae-data-api-policy.json")
    text = text_of(document, made)
    wider = text.replace('"secretsmanager:GetSecretValue"', '"secretsmanager:*"')
    notes = {note.part: note.text for note in policy_notes(wider, text)}
    assert notes["Database"] == SENTENCES["Database"]
    assert notes["OwnSecrets"].startswith("Allows secretsmanager:* on ")
