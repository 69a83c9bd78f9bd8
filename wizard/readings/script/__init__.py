"""The plan's reading as one bash file of `aws`, `docker` and `curl` commands. Pure."""

from wizard.readings.script.whole import SCRIPT_NAME, bundle, script

__all__ = ["SCRIPT_NAME", "bundle", "script"]
