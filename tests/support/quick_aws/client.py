"""What `aws` is on the PATH: hands everything it was given to the server, ends as the call ends.

Runs as `python -I -S client.py SOCKET LOG WORDS…` and imports only what starts quickly.
"""

import os
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket


def main() -> int:
    """Hand over; the call's exit code, or 255 where the server died."""
    place, log, *words = sys.argv[1:]
    with open(log, "ab", 0) as file:  # noqa: PTH123 - pathlib is slow to load
        file.write(b"\0".join(os.fsencode(word) for word in words) + b"\n\0\n")
    parts = [os.getcwd(), str(len(words)), *words]  # noqa: PTH109 - the same
    parts += [f"{name}={value}" for name, value in os.environ.items()]
    text = b"\0".join(os.fsencode(part) for part in parts)
    link = socket(AF_UNIX, SOCK_STREAM)
    link.connect(place)
    files = b"".join(each.to_bytes(4, sys.byteorder) for each in (0, 1, 2))
    link.sendmsg([len(text).to_bytes(8, "big")], [(SOL_SOCKET, SCM_RIGHTS, files)])
    link.sendall(text)
    code = link.recv(1)
    return code[0] if code else 255


if __name__ == "__main__":
    sys.exit(main())
