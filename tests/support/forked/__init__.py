"""`formae-wizard` as a process of its own without its start.

To start Python, load all there is and read AWS's models takes most of the second that a short
command takes, and the tests start hundreds. Here a process has all that loaded and forks: what
then runs is `python -m wizard` from its first line to the end of the interpreter, a child of the
test's own process with the files, environment, folder and terminal that it was given.
`tests/cli/test_forked.py` compares the two. Where variables matter before the first line, and on
systems without a subreaper, the usual start is taken.
"""

from tests.support.forked.process import WIZARD, Process, run, start

__all__ = ["WIZARD", "Process", "run", "start"]
