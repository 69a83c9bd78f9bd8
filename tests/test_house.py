"""Where imports may stand, and what docstrings may not begin with."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [*ROOT.glob("wizard/**/*.py"), *ROOT.glob("screens/**/*.py")]
LATER = {
    "The first picture waits for no other screen.": (
        "screens.answers.earlier",
        "screens.app",
    ),
    "Highlighters and the exporter load for who reads what they are for.": (
        "screens.review.documents",
        "screens.review.script_view",
    ),
    "The first picture waits for no answers file.": ("wizard.answers.autosave",),
    "`resource` is not there on every system.": ("wizard.base.secret",),
    "A verb loads what it works with when it is run: the help waits for none.": (
        "wizard.cli.commands.answers",
        "wizard.cli.commands.apply",
        "wizard.cli.commands.completion",
        "wizard.cli.commands.destroy",
        "wizard.cli.commands.doctor",
        "wizard.cli.commands.explain",
        "wizard.cli.commands.export",
        "wizard.cli.commands.guide",
        "wizard.cli.commands.plan",
        "wizard.cli.commands.rotate",
        "wizard.cli.commands.status",
        "wizard.cli.commands.support",
    ),
    "The help waits for nothing that a verb works with.": (
        "wizard.cli.main",
        "wizard.cli.options",
        "wizard.cli.output",
        "wizard.cli.request",
    ),
    "The first picture waits for no plan, and so for no costs.": (
        "screens.answers.summary",
        "wizard.costs.estimate",
    ),
    "A plan waits for nothing that only a run needs.": ("wizard.cli.follow",),
    "Only the demo loads the stand-in.": ("wizard.cli.demo",),
    "The first picture waits for nothing that only a run or a review needs.": (
        "wizard.engine.edits_import",
    ),
    "The first picture waits neither for boto3 nor for the plan.": ("wizard.engine.flow",),
    "The Docker SDK is loaded where the engine is asked.": (
        "wizard.local.image.copying",
        "wizard.local.image.engine",
        "wizard.local.image.way",
    ),
    "The first picture and the help hash nothing, look up no error, read no file of AWS's.": (
        "wizard.answers.questions.question",
        "wizard.local.aws_files",
        "wizard.local.formae.cli",
        "wizard.local.process",
        "wizard.local.profiles",
    ),
    "PostgreSQL's client is loaded where a database is set up over its protocol.": (
        "wizard.local.postgresql",
    ),
    "A registry is asked only where an image is looked for.": ("wizard.engine.preflight.check",),
    "HTTP is loaded once a day, where the newest release is asked for.": (
        "wizard.local.image.names",
        "wizard.local.network",
    ),
    "The formae CLI's config is read only where there is one to be asked about.": (
        "wizard.engine.rotation",
    ),
    "`pwd` is not there on every system.": ("wizard.local.files",),
    "The system's keychain is looked for only where it was asked for.": ("wizard.local.keychain",),
    "The first picture waits for nothing that a later page, or what AWS answers, needs.": (
        "wizard.answers.detect",
        "wizard.ui.common.deployments",
        "wizard.ui.common.drift",
        "wizard.ui.common.overview",
        "wizard.ui.common.queries",
        "wizard.ui.common.session",
        "wizard.ui.common.who",
    ),
    "The first question waits for nothing that a later one needs.": (
        "wizard.ui.plain.deployments",
    ),
    "prompt_toolkit is loaded where somebody types.": ("wizard.ui.plain.talk",),
}
"""Why imports stand inside functions, and in which modules."""


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports_later(path: Path) -> bool:
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(
        isinstance(inner, ast.Import | ast.ImportFrom)
        for function in functions
        for inner in ast.walk(function)
    )


def test_imports_stand_inside_functions_only_where_something_would_wait_for_them() -> None:
    ours = (path for path in SOURCES if "standin" not in path.parts)
    found = {_module(path) for path in ours if _imports_later(path)}
    assert found == {module for modules in LATER.values() for module in modules}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_docstring_is_understood_by_itself(path: Path) -> None:
    places = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, places):
            said = ast.get_docstring(node) or ""
            assert not said.startswith("The same"), said
