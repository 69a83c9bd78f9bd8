"""Kill a rotation before and after every changing call: about two minutes."""

import os
import sys

import pytest

from tests.rotation import FULL

if __name__ == "__main__":
    os.environ[FULL] = "yes"
    sys.exit(pytest.main(["-q", "-n", "0", "-m", "", "tests/rotation/test_killed.py"]))
