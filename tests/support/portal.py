"""An access portal of IAM Identity Center, and an `aws` command that signs in at it.

`signed_in` makes a profile called `work` whose sign-in is by SSO. botocore itself reads its token
and asks the portal for credentials; `aws sso login` writes another token.
"""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.standin import ACCOUNT, REGION

START = "https://acme.awsapps.example/start"
KEYS = {"first": "AKIAFIRST00000000000", "second": "AKIASECOND0000000000"}
"""What the portal gives for a token."""
CONFIG = f"""\
[profile work]
sso_start_url = {START}
sso_region = {REGION}
sso_account_id = {ACCOUNT}
sso_role_name = Admin
region = {REGION}
"""
AWS = """\
#!{python}
import os, pathlib, sys
assert sys.argv[1:] == ["sso", "login", "--profile", "work"], sys.argv
print("SIGNING IN, on a terminal:", os.isatty(0) and os.isatty(1), flush=True)
pathlib.Path({token!r}).write_text({text!r})
"""


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Credentials for the token."""
        key = KEYS[self.headers["x-amz-sso_bearer_token"]]
        ends = int((datetime.now(UTC) + timedelta(hours=5)).timestamp() * 1000)
        given = {"accessKeyId": key, "secretAccessKey": "x", "sessionToken": "y"}
        body = json.dumps({"roleCredentials": {**given, "expiration": ends}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def _token(name: str) -> str:
    ends = f"{datetime.now(UTC) + timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}"
    return json.dumps({"startUrl": START, "region": REGION, "accessToken": name, "expiresAt": ends})


@pytest.fixture
def signed_in(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """By SSO, with the token `first`; ask for the stand-in before this."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    (home / ".aws" / "config").write_text(CONFIG)
    token = cache / f"{hashlib.sha1(START.encode()).hexdigest()}.json"
    token.write_text(_token("first"))
    tools = tmp_path / "tools"
    tools.mkdir()
    aws = tools / "aws"
    aws.write_text(AWS.format(python=sys.executable, token=str(token), text=_token("second")))
    aws.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_PROFILE", "work")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield
    server.shutdown()
    server.server_close()
