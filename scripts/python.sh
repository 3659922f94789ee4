# Sourced by the other scripts: sets `python` to an interpreter that can make an environment.

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=
for candidate in ${PYTHON:+"$PYTHON"} python3.14 python3.13 python3.12 python3.11 python3; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
    if [ -n "${PYTHON:-}" ]; then
        break
    fi
done

if [ -z "$python" ]; then
    {
        if [ -n "${PYTHON:-}" ]; then
            echo "error: $PYTHON is not a Python 3.11 or later with venv and ensurepip."
        else
            echo "error: no Python 3.11 or later with venv and ensurepip was found on PATH."
        fi
        echo "  Debian, Ubuntu:  apt-get install python3 python3-venv"
        echo "  macOS:           brew install python"
        echo "  elsewhere:       make PYTHON=/path/to/python3.11"
    } >&2
    exit 2
fi
