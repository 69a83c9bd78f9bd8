"""The formae CLI's config as bash: written where the CLI reads it, and never over another one."""

from __future__ import annotations

from wizard.documents.document import DocumentKind
from wizard.export.bash.commands import Commands, file_name
from wizard.export.bash.pieces import piece
from wizard.export.bash.quoting import word
from wizard.plan.model import WriteClientConfig


def client_lines(action: WriteClientConfig, commands: Commands) -> list[str]:
    """Return the lines that write the config, or put it beside a file that says something else."""
    document = next(
        each for each in commands.plan.documents if each.kind is DocumentKind.CLIENT_CONFIG
    )
    written, _ = commands.document(document)
    lines = [each for each in written if not each.startswith("member ")]  # the last proof read it
    profile = word(action.name)
    lines += piece("client", file=file_name(document), profile=profile)
    return [*lines, *(piece("activate", profile=profile) if action.activate else [])]
