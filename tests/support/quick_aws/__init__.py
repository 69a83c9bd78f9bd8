"""The real `aws` command without its start: a process has awscli loaded and forks for each call.

Starting Python and loading awscli takes most of the second that a call of `aws` takes, and an
exported script makes a hundred of them. Here `aws` is a small client on the PATH that hands its
arguments, environment, folder and three files to that process, whose fork runs the very
`awscli.clidriver.main` that the real command runs. `tests/parity` proves both equal.
"""

from tests.support.quick_aws.fixture import QuickAws

__all__ = ["QuickAws"]
