"""The plan as a bash script of `aws`, `docker` and `curl` commands. Pure: nothing is asked."""

from wizard.export.bash.changes import NOTHING, changes
from wizard.export.bash.script import SCRIPT_NAME, bundle, script

__all__ = ["NOTHING", "SCRIPT_NAME", "bundle", "changes", "script"]
