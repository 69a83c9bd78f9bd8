"""What a run would change and why: as rows, as text, and as a file to go by later."""

from wizard.changes.foreseen import Foreseen, foresee, foresee_offline
from wizard.changes.rows import Change, Row

__all__ = ["Change", "Foreseen", "Row", "foresee", "foresee_offline"]
