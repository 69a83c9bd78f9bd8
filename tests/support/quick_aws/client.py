"""What `aws` is on the PATH: hands everything it was given to the server, ends as the call ends.

Runs as `python -I -S client.py SOCKET LOG WORDS…` and imports only what starts quickly.
"""

import os
import socket
import sys


def main() -> int:
    """Hand over; the call's exit code, or 255 where the server died."""
    place, log, *words = sys.argv[1:]
    with open(log, "ab", 0) as file:  # noqa: PTH123 - pathlib is slow to load
        file.write(b"\0".join(os.fsencode(word) for word in words) + b"\n\0\n")
    parts = [os.getcwd(), str(len(words)), *words]  # noqa: PTH109 - the same
    parts += [f"{name}={value}" for name, value in os.environ.items()]
    text = b"\0".join(os.fsencode(part) for part in parts)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.connect(place)
        socket.send_fds(link, [len(text).to_bytes(8, "big")], [0, 1, 2])
        link.sendall(text)
        code = link.recv(1)
    return code[0] if code else 255


if __name__ == "__main__":
    sys.exit(main())
