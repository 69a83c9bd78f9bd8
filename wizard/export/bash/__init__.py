"""The plan as a bash script of `aws`, `docker` and `curl` commands. Pure: nothing is asked."""

from wizard.export.bash.script import SCRIPT_NAME, bundle, script

__all__ = ["SCRIPT_NAME", "bundle", "script"]
