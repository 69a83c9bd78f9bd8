"""When the keychain is asked, and when it is told: at a run's beginning and its end."""

from __future__ import annotations

import json
from collections.abc import Mapping

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.names import Names
from wizard.base.secret import Secret
from wizard.engine.matching import not_there
from wizard.local import keychain
from wizard.local.keychain import Place
from wizard.plan.world import Reads, Tools


def recall(passwords: dict[str, Secret], reads: Reads, answers: Answers, account: str) -> None:
    """Add the password of an earlier run, where it is wanted, nobody gave one and AWS has none yet.

    Where AWS has one it counts, whatever the keychain says.
    """
    if "api" in passwords or not (answers.keychain and answers.protect):
        return
    secret = {"SecretId": Names(answers.name).api_secret}
    try:
        reads.call("secretsmanager", "DescribeSecret", secret)
    except AwsError as error:
        found = keychain.look(Place(account, answers.region, answers.name))
        if found and not_there(error):
            passwords["api"] = found
    except WizardError:
        return  # the run finds out more


def begun(passwords: Mapping[str, Secret], answers: Answers, account: str) -> None:
    """Store the password the person gave, so that a run that stops early need not be given it."""
    if answers.keychain and answers.protect and account and "api" in passwords:
        keychain.keep(Place(account, answers.region, answers.name), passwords["api"])


def copied(tools: Tools, answers: Answers, account: str) -> str:
    """Store what AWS has now, where that is wanted or was before. A sentence; empty where not."""
    place = Place(account, answers.region, answers.name)
    wanted = answers.keychain or keychain.marked(place)
    if not (wanted and account and answers.protect):
        return ""
    secret = {"SecretId": Names(answers.name).api_secret}
    try:
        answer = tools.call("secretsmanager", "GetSecretValue", secret)
        return keychain.keep(place, Secret(str(json.loads(answer["SecretString"])["password"])))
    except (AwsError, WizardError, KeyError, TypeError, ValueError):
        return "The keychain of this machine was not used: the secret in AWS could not be read."


def forgotten(answers: Answers, account: str) -> str:
    """Remove the copy, where there is one. A sentence; empty where there is none."""
    place = Place(account, answers.region, answers.name)
    return keychain.forget(place) if keychain.marked(place) else ""
