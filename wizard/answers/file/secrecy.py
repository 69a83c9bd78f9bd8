"""Does something in an answers file look like a secret? Such files are passed around and kept."""

import re

SECRET_KEY = re.compile(
    r"(api|db|database|master|user|aws|admin)?_*(pass(wor[dt]|phrase|wd)?|pwd|secret|token|"
    r"credentials?|(secret_?)?access_?key(_?id)?|session_?token|private_?key|api_?key)"
)
SECRET_TEXT = re.compile(
    r"(?<![A-Z0-9])A(KI|SI)A[A-Z0-9]{16}(?![A-Z0-9])|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s:@]+:[^/\s@]+@"
)
PLACE = (
    "The API's password is given with --api-password-file FILE or FORMAE_WIZARD_API_PASSWORD, or "
    "generated; a database's stays in Secrets Manager; AWS's keys stay in AWS's own files."
)


def secret_key(key: str) -> bool:
    """Whether a key is named like a secret."""
    plain = re.sub(r"[^a-z]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower())
    return SECRET_KEY.fullmatch(plain.strip("_")) is not None


def secret_text(text: str) -> bool:
    """Whether a text holds an AWS access key, a private key, or an address with a password."""
    return SECRET_TEXT.search(text) is not None
