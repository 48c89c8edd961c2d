"""Say in one sentence when a port cannot be used; silent when it can."""

import socket
import sys

LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def is_answered(family: int, address: str, port: int) -> bool:
    """Return whether somebody already answers there."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex((address, port)) == 0
    except OSError:
        return False


def complaint(text: str) -> str:
    """Return why a port cannot be used, or an empty text."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        return f"PORT={text} is not a port. Use a number from 1024 to 65535: make run PORT=8123"
    port = int(text)
    other = port + 1 if port < 65535 else 8000
    if any(is_answered(family, address, port) for family, address in LOOPBACK):
        return (
            f"Port {port} is already in use, perhaps by an earlier run. "
            f"Stop that program, or use another port: make run PORT={other}"
        )
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError as error:
        return f"Port {port} cannot be used ({error.strerror}). Try another: make run PORT=8123"
    return ""


if __name__ == "__main__":
    sys.exit(complaint(sys.argv[1]) or 0)
