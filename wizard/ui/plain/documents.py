"""Every document of the plan: read, printed, saved, changed in one's own editor, taken back."""

from __future__ import annotations

from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import folded
from wizard.documents.edits import check_edit, editable, normal
from wizard.engine.flow import Prepared
from wizard.ui.common.editor import edit
from wizard.ui.common.plan_text import Page, View, pages
from wizard.ui.plain.overview import prepare
from wizard.ui.plain.talk import Back, Talk, save
from wizard.ui.plain.talk import page as show

LIST = {"": "back to the review"}
VIEWS = {"d": View.EDITED, "n": View.DEPLOYED, "t": View.WHOLE}


def documents(talk: Talk, prepared: Prepared) -> Prepared:
    """Documents by their numbers until Enter; the plan as it is then, with the person's edits."""
    while True:
        found = pages(prepared)
        talk.say()
        talk.say(f"{len(found)} documents:")
        for number, each in enumerate(found, 1):
            said = ["changed by you"] * each.edited + [each.against.words]
            mark = "; ".join(filter(None, said))
            talk.say(f"  {number}. {each.title}, {each.name}{f' ({mark})' * bool(mark)}.", "   ")
        talk.offer(LIST, "read that document")
        try:
            chosen = talk.choose("Which document?", LIST, len(found))
        except Back:
            return prepared
        if not chosen:
            return prepared
        prepared = _read(talk, prepared, found[int(chosen) - 1].name)


def _read(talk: Talk, prepared: Prepared, name: str) -> Prepared:
    """One document, and what can be done with it."""
    _show(talk, _named(prepared, name))
    while True:
        page = _named(prepared, name)
        keys = _keys(page)
        talk.offer(keys)
        try:
            chosen = talk.choose(f"{page.name}:", keys)
        except Back:
            return prepared
        match chosen:
            case "":
                return prepared
            case "p":
                talk.terminal.write(page.text)
            case "s":
                save(talk, page.name, page.text)
            case "d" | "n" | "t":
                _lines(talk, page, VIEWS[chosen])
            case "r":
                prepared = _reverted(talk, prepared, page)
            case _:
                prepared = _edited(talk, prepared, page)


def _named(prepared: Prepared, name: str) -> Page:
    return next(each for each in pages(prepared) if each.name == name)


def _keys(page: Page) -> dict[str, str]:
    """Only what works for this document."""
    keys = {"": "back to the list", "p": "print all of it, for copying", "s": "save it to a file"}
    if not page.fixed:
        keys["e"] = "edit it"
    if page.against.diff:
        keys |= {"n": "the changes from what is deployed", "t": "the whole text, with notes"}
    if page.edited:
        keys |= {"d": "only your changes", "r": "discard your edits"}
    return keys


def _show(talk: Talk, page: Page) -> None:
    """What it is, then what changes of the deployed one, where anything does; else the text."""
    talk.say()
    talk.say(f"{page.title}. {page.why}")
    if page.fixed:
        talk.say(f"Cannot be edited here: {page.fixed}")
    if page.against.words:
        talk.say(f"Compared with the deployed one: {page.against.words}.")
    _lines(talk, page, page.views[0])


def _lines(talk: Talk, page: Page, view: View) -> None:
    """The document read that way; the whole with a note above each part."""
    if view is not View.WHOLE:
        show(talk.terminal, page.viewed(view).split("\n"))
        return
    lines: list[str] = []
    for number, line in enumerate(page.text.split("\n")):
        if number in page.notes:
            lines += folded(f"[Note. {page.notes[number]}]", talk.terminal.size[0] - 1)
        lines.append(line)
    show(talk.terminal, lines)


def _reverted(talk: Talk, prepared: Prepared, page: Page) -> Prepared:
    if not talk.sure(f"Your edits to {page.name} will be lost. Discard them?"):
        return prepared
    return _settled(talk, prepared, page.name, None)


def _edited(talk: Talk, prepared: Prepared, page: Page) -> Prepared:
    """The document in the person's editor, again until it will do or is thrown away."""
    document = page.document
    text = editable(document)
    while True:
        try:
            text = normal(edit(document.name, text))
        except WizardError as problem:
            talk.terminal.problem(problem)
            return prepared
        if text == normal(editable(document)):
            talk.say("Nothing was changed.")
            return prepared
        wrong = check_edit(document, text)
        if not wrong:
            try:
                return _settled(talk, prepared, document.name, text)
            except WizardError as problem:
                wrong = f"{problem.what} {problem.why}"
        talk.say(f"This text cannot be used. {wrong}")
        if not _again(talk):
            talk.say("The document is unchanged.")
            return prepared


def _again(talk: Talk) -> bool:
    keys = {"": "edit it again", "t": "discard this change"}
    talk.offer(keys)
    try:
        return talk.choose("Edit again?", keys) == ""
    except Back:
        return False


def _settled(talk: Talk, prepared: Prepared, name: str, text: str | None) -> Prepared:
    """The whole plan with the change; raises WizardError where it does not fit the plan."""
    session = talk.session
    edits = {other: kept for other, kept in session.edits.items() if other != name}
    if text is not None:
        edits[name] = text
    try:
        fresh = prepare(talk, edits, quiet=True)
    except WizardError as problem:
        if problem.code is ExitCode.USAGE and text is not None:
            raise
        talk.terminal.problem(problem, "The plan could not be checked with it. ")
        return prepared
    session.edits = edits
    talk.say("Your text will be used." if text else "It is the wizard's text again.")
    return fresh
