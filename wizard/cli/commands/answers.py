"""`formae-wizard answers`: the answers file: one to fill in, its schema, and whether one is fit."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from wizard.answers.model import Source
from wizard.answers.questions import Detected
from wizard.answers.resolving import Texts
from wizard.base.errors import ExitCode, WizardError
from wizard.cli.request import Command, Request
from wizard.local.process import data_out

EPILOG = """\
examples:
  formae-wizard answers > answers.toml             a template to fill in
  formae-wizard answers --scope services --services S3 --output answers.toml
  formae-wizard answers --answers old.toml         the same answers with current comments
  formae-wizard answers --check answers.toml       is it valid?
  formae-wizard answers --schema > answers.schema.json
  formae-wizard apply --yes --answers answers.toml

Answers from flags, from FORMAE_WIZARD_<KEY> in the environment and from --answers are filled in;
everything else is a comment with the default and its reason. The wizard saves your answers
automatically: unfinished ones in ~/.local/state/formae-wizard/answers/<name>.toml (or below
$XDG_STATE_HOME), those of a successful deployment in the folder done next to them.
"""


def _add(parser: argparse.ArgumentParser) -> None:
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--check",
        metavar="FILE",
        nargs="+",
        help="Only check these files: list all errors with their lines.",
    )
    one.add_argument(
        "--schema",
        action="store_true",
        help="Print the JSON schema of answers files, for editors with TOML support.",
    )
    one.add_argument(
        "--output",
        metavar="FILE",
        help="Write to this file, readable only by you, instead of standard output.",
    )


def _run(request: Request) -> ExitCode:
    if request.arguments.schema:
        from wizard.answers.file.saving import schema_text

        data_out().write(schema_text())
        return ExitCode.OK
    if request.arguments.check:
        return _check(request.arguments.check)
    return _print(request)


def _check(names: list[str]) -> ExitCode:
    """Everything that is wrong with the files themselves; AWS is not asked."""
    from wizard.answers.file import load

    problems = []
    for name in names:
        loaded = load(name)
        found = loaded.problems()
        problems += found
        for note in loaded.notes:
            print(note, file=sys.stderr)
        if not found:
            count = len(loaded.texts)
            print(f"{loaded.name}: {count} answer{'' if count == 1 else 's'}, no errors.")
    if problems:
        raise WizardError("\n".join(problems), code=ExitCode.USAGE)
    return ExitCode.OK


def _print(request: Request) -> ExitCode:
    from wizard.answers.detect import detect
    from wizard.answers.file import saved, write
    from wizard.answers.resolving import collect, said

    texts = said(request.draft)
    detected = detect(texts.get("profile", ""))
    wrong = [each for each in collect(request.draft, detected).problems if each.key in texts]
    if wrong:  # what is not answered yet may still be filled in
        raise WizardError("\n".join(each.told for each in wrong), code=ExitCode.USAGE)
    text = saved(texts, _here(request, detected))
    output = request.arguments.output
    if not output or output == "-":
        data_out().write(text)
        return ExitCode.OK
    path = Path(output).expanduser()
    kept = write(path, text)
    print(f"Written: {path}", file=sys.stderr)
    if kept:
        print(f"The old file is saved as {kept}", file=sys.stderr)
    return ExitCode.OK


def _here(request: Request, detected: Detected) -> Detected:
    """What the machine tells, with the region that its variables name for AWS's own tools."""
    environment = request.draft.get(Source.ENVIRONMENT, {})
    region = environment.get("region")
    if not region or not isinstance(environment, Texts):
        return detected
    reason = f"{environment.places['region']} in the environment"
    return replace(detected, region=region, region_reason=reason)


COMMAND = Command(
    name="answers",
    help="print an answers file to fill in, or check one",
    description="Print an answers file (TOML) for --answers, with every question explained. "
    "Changes nothing and does not call AWS.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
