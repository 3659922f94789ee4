#!/bin/sh
# Makes .venv, or brings it up to date; does nothing when nothing changed.
set -eu
cd "$(dirname "$0")/.."

# Scripts in an environment hold its absolute path, so one that was moved is made anew.
place=$(pwd -P)
pins="$place $(cksum <requirements/dev.txt)"
package="$place $(cksum <pyproject.toml)"

holds() {
    [ -f ".venv/$1" ] && [ "$(cat ".venv/$1")" = "$2" ]
}

runs() {
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

install() {
    .venv/bin/python -m pip --disable-pip-version-check --quiet install "$@"
}

if runs && holds pins.stamp "$pins" && holds package.stamp "$package"; then
    exit 0
fi

if ! runs || ! holds place.stamp "$place"; then
    . scripts/python.sh
    echo "Making .venv with $("$python" --version) ..." >&2
    "$python" -m venv --clear .venv
    echo "$place" >.venv/place.stamp
fi

if ! holds pins.stamp "$pins"; then
    echo "Installing the pinned dependencies (about a minute) ..." >&2
    install --require-hashes --only-binary :all: --requirement requirements/dev.txt
    echo "$pins" >.venv/pins.stamp
fi

# The build backend is pinned among the dependencies, so this step downloads nothing.
install --no-deps --no-build-isolation --editable .
echo "$package" >.venv/package.stamp
