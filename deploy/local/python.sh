# Sourced by the scripts beside it: find a Python that is new enough, or say what to do.

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    cat >&2 <<'TEXT'
This project needs Python 3.11 or newer, and there is none on your PATH.
  Debian, Ubuntu:  sudo apt install python3 python3-venv
  Fedora:          sudo dnf install python3
  macOS:           brew install python@3.13
Then run the same command again.
TEXT
    return 1
}
