"""What a run would change and why: as rows, as text, and as a file to go by later."""

from wizard.changes.foreseen import Foreseen, foresee, foresee_offline

__all__ = ["Foreseen", "foresee", "foresee_offline"]
