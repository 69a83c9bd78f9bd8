"""The journal of runs: what each was about to change, and what came of it, one file for each run.

AWS is the state, and is asked what is there. The journal only tells what may have happened, and
that a run was interrupted: where, when and with which answers.
"""

from wizard.journal.files import NO_CHANGE_LOG, ChangeLog, End, Head
from wizard.journal.past import PastRun, forget, orders, tries, unfinished
from wizard.journal.writing import Journal, kept

__all__ = [
    "NO_CHANGE_LOG",
    "ChangeLog",
    "End",
    "Head",
    "Journal",
    "PastRun",
    "forget",
    "kept",
    "orders",
    "tries",
    "unfinished",
]
