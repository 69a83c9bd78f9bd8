"""How werkzeug handles requests here: at once and without a log."""

from typing import Any

from werkzeug.serving import WSGIRequestHandler


class Quiet(WSGIRequestHandler):
    """Answers without waiting for more to send, and prints nothing."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """The diary is the stand-in's list of calls."""
