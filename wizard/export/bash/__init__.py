"""The plan as a bash script of `aws`, `docker` and `curl` commands. Pure: nothing is asked."""

from wizard.export.bash.changes import NOTHING, changes_of
from wizard.export.bash.script import bundle, script

__all__ = ["NOTHING", "bundle", "changes_of", "script"]
