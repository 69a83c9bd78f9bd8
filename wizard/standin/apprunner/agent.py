"""A stand-in for the program `formae` inside the image: starts, fails and answers as formae does.

Runs by itself in a container's process, so that it starts fast: only the standard library, and
bcrypt once somebody logs in. As the real one it ends with exit code 0 and one line when anything
is wrong at start.
"""

import base64
import json
import os
import re
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

DEFAULT_PORT = "49684"
STRING = r'"((?:[^"\\]|\\.)*)"'
PUBLIC = ("/api/v1/health", "/swagger/", "/metrics")


class StartError(Exception):
    """Why the agent does not start."""


def main(arguments: list[str]) -> int:
    """Act as `formae agent start [--config FILE]` or `formae --version`."""
    image = json.loads(os.environ.get("FORMAE_IMAGE", "{}"))
    if arguments == ["--version"]:
        say(f"formae version: {image['version']}\ngo version: go1.25.0")
        return 0
    if arguments[:2] != ["agent", "start"]:
        say(f'Error: unknown command "{" ".join(arguments)}" for "formae"')
        return 1
    threading.Thread(target=end_with_owner, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: leave())
    log("INF", f"Starting formae agent version={image['version']}")
    try:
        config = read_config(arguments[2:])
        connect(config, image)
    except StartError as error:
        log("ERR", str(error))
        return 0
    serve(config, image)
    return 0


def say(text: str) -> None:
    """Print at once; the output is a log."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def log(level: str, text: str) -> None:
    """One line of formae's log."""
    say(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {level} {text}")


def leave() -> NoReturn:
    """End quietly, as after SIGTERM."""
    log("INF", "Agent stopped")
    os._exit(0)


def end_with_owner() -> None:
    """End when whoever started this process is gone: its end of standard input closes."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def read_config(arguments: list[str]) -> dict[str, Any]:
    """What the agent needs of its Pkl file."""
    text = ""
    if arguments[:1] == ["--config"] and len(arguments) > 1:
        path = Path(arguments[1])
        if not path.is_file():
            raise StartError(f"Failed to load config: open {path}: no such file or directory")
        text = strip_comments(path.read_text())
        check_syntax(text)
    agent = block(text, "agent")
    datastore = block(agent, "datastore")
    return {
        "port": (re.search(r"\bport\s*=\s*(\d+)", block(agent, "server")) or ["", DEFAULT_PORT])[1],
        "datastore": value(datastore, "datastoreType") or "sqlite",
        "aurora": block(datastore, "auroraDataAPI"),
        "postgres": block(datastore, "postgres"),
        "auth": bool(re.search(r"\bauth\s*(=|\{)", agent)),
        "users": users(agent),
    }


def strip_comments(text: str) -> str:
    """Without comments; strings may hold slashes."""
    pattern = rf"{STRING}|//[^\n]*|/\*.*?\*/"
    return re.sub(pattern, lambda m: m[0] if m[0].startswith('"') else " ", text, flags=re.DOTALL)


def check_syntax(text: str) -> None:
    """The few things about Pkl that can be checked without Pkl."""
    if not re.match(rf"\s*amends\s+{STRING}", text):
        raise StartError('Failed to load config: Pkl Error: expected amends "formae:/Config.pkl"')
    bare = re.sub(STRING, "", text)
    if '"' in bare:
        raise StartError('Failed to load config: Pkl Error: Missing `"` delimiter.')
    if bare.count("{") != bare.count("}"):
        raise StartError("Failed to load config: Pkl Error: Missing `}` delimiter.")


def block(text: str, name: str) -> str:
    """The inside of `name { … }` or `name = new Type { … }`; empty where there is none."""
    start = re.search(rf"\b{name}\s*(?:=\s*new\s+[\w.]+\s*)?\{{", text)
    if start is None:
        return ""
    depth, position, inside = 1, start.end(), start.end()
    token = re.compile(rf"{STRING}|[{{}}]")
    while depth:
        found = token.search(text, position)
        if found is None:
            break
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        position = found.end()
    return text[inside : position - 1]


def value(text: str, key: str) -> str:
    """The string a key is set to; empty where it is not."""
    found = re.search(rf"\b{key}\s*=\s*{STRING}", text)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else ""


def users(agent: str) -> dict[str, str]:
    """The basic-auth users and their bcrypt hashes."""
    listed = block(block(agent, "auth"), "authorizedUsers")
    pairs = re.findall(rf"username\s*=\s*{STRING}\s*;?\s*password\s*=\s*{STRING}", listed)
    return {name: re.sub(r"\\(.)", r"\1", hashed) for name, hashed in pairs}


def connect(config: dict[str, Any], image: dict[str, Any]) -> None:
    """Reach the datastore, as the migrations would."""
    kind = config["datastore"]
    if kind == "sqlite":
        return
    if kind not in {"auroradataapi", "postgres"}:
        raise StartError(f"Failed to create ms: unsupported datastore type: {kind}")
    if config["auth"] and not config["users"]:
        raise StartError("Auth plugin refused its configuration — refusing to start without auth")
    if kind == "postgres":
        connect_directly(config["postgres"], image)
        return
    wanted = ("clusterArn", "secretArn", "database", "region")
    settings = {key: value(config["aurora"], key) for key in wanted}
    if not settings["region"]:
        raise StartError("Failed to create ms: an AWS region is required, but was not found")
    try:
        execute(settings, image)
    except urllib.error.HTTPError as error:
        raise StartError(refused(error)) from error
    except OSError as error:
        raise StartError(f"Failed to create ms: failed to run migrations: {error}") from error
    log("INF", "Migrations applied datastore=auroradataapi")


def connect_directly(text: str, image: dict[str, Any]) -> None:
    """Speak PostgreSQL with the database: the stand-in knows whether that would get there."""
    asked = {key: evaluated(text, key) for key in ("host", "user", "password", "database", "port")}
    if "sslmode=require" not in value(text, "connectionParams"):
        raise StartError("Failed to create ms: failed to run migrations: the stand-in wants TLS")
    body = json.dumps({**asked, "task": image["task"]}).encode()
    request = urllib.request.Request(f"{image['endpoint']}/postgresql", body)  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(request, timeout=30).close()
    except urllib.error.HTTPError as error:
        told = error.read().decode()
        raise StartError(f"Failed to create ms: failed to run migrations: {told}") from error
    except OSError as error:
        raise StartError(f"Failed to create ms: failed to run migrations: {error}") from error
    log("INF", f"Started PostgreSQL datastore host={asked['host']} database={asked['database']}")


def evaluated(text: str, key: str) -> str:
    """What a key is set to: a string, a number in one, or what an environment variable says."""
    read = re.search(rf'\b{key}\s*=\s*read\("env:(\w+)"\)', text)
    if read is None:
        return value(text, key)
    if read[1] not in os.environ:
        raise StartError(f"Failed to load config: Pkl Error: Cannot find resource `env:{read[1]}`.")
    return os.environ[read[1]]


def execute(settings: dict[str, str], image: dict[str, Any]) -> None:
    """One statement through the Data API, as the instance role."""
    day = time.strftime("%Y%m%d", time.gmtime())
    scope = f"{image['key']}/{day}/{settings['region']}/rds-data/aws4_request"
    body = {
        "resourceArn": settings["clusterArn"],
        "secretArn": settings["secretArn"],
        "database": settings["database"],
        "sql": "SELECT 1",
    }
    request = urllib.request.Request(  # noqa: S310 - the stand-in's own address
        f"{image['endpoint']}/Execute",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            # The stand-in reads the scope and checks no signature.
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0",
        },
    )
    if not image["data_api"]:
        raise OSError("operation error RDS Data: ExecuteStatement, dial tcp: i/o timeout")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        answer.read()


def refused(error: urllib.error.HTTPError) -> str:
    """An AWS error as Go's SDK words it, inside formae's own line."""
    answer = json.loads(error.read() or b"{}")
    told = f"{answer.get('__type')}: {answer.get('message')}"
    return (
        "Failed to create ms: failed to run migrations: operation error RDS Data: "
        f"ExecuteStatement, https response error StatusCode: {error.code}, {told}"
    )


def serve(config: dict[str, Any], image: dict[str, Any]) -> None:
    """Listen until the end."""
    server = Server(("127.0.0.1", 0), Api)
    server.users, server.version = config["users"], image["version"]
    server.managed = image.get("managed", {})
    port = Path(image["ports"]) / config["port"]
    half = port.with_suffix(".new")
    half.write_text(str(server.server_address[1]))
    half.rename(port)
    sys.path.append(image["site"])
    log("INF", f"Agent API listening port={config['port']}")
    server.serve_forever()


class Server(ThreadingHTTPServer):
    """The agent's API server with what its requests need."""

    daemon_threads = True
    users: dict[str, str]
    version: str
    managed: dict[str, Any]
    agent_id = uuid.uuid4().hex


class Api(BaseHTTPRequestHandler):
    """Health for everybody, stats for those who log in."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.partition("?")[0]
        if path == "/api/v1/health":
            self.reply(200, None)
        elif not path.startswith(PUBLIC) and not self.allowed():
            self.reply(401, {"error": "unauthorized"})
        elif path == "/api/v1/stats":
            self.reply(200, stats(self.server))
        else:
            self.reply(404, {"message": "Not Found"})

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def allowed(self) -> bool:
        """Whether the basic credentials fit; without users everybody is let in."""
        if not self.server.users:
            return True
        scheme, _, encoded = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            name, _, password = base64.b64decode(encoded).decode().partition(":")
        except ValueError:
            return False
        return matches(password, self.server.users.get(name, ""))

    def reply(self, status: int, content: Any) -> None:
        """Send JSON."""
        body = json.dumps(content).encode()
        self.send_response_only(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="formae"')
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The agent logs no requests."""


def matches(password: str, hashed: str) -> bool:
    """Check a password against its bcrypt hash."""
    import bcrypt

    try:
        return bcrypt.checkpw(password.encode()[:72], hashed.encode())
    except ValueError:
        return False


def stats(server: Server) -> dict[str, Any]:
    """What `formae status agent` shows; a new agent manages nothing."""
    return {
        "Version": server.version,
        "AgentId": server.agent_id,
        "Clients": 0,
        "Commands": {},
        "States": {},
        "Stacks": 0,
        "Resources": {},
        "UnmanagedResources": {},
        "Targets": {},
        "ResourceTypes": {},
        "Plugins": [],
        **server.managed,
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
