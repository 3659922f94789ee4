#!/bin/sh
# Resolves the dependencies of pyproject.toml for every supported Python and platform, with hashes.
# Uses the uv on PATH, else one in a throw-away environment. Arguments go to uv: --upgrade.
set -eu
cd "$(dirname "$0")/.."

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    . scripts/python.sh
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    "$python" -m venv "$scratch"
    "$scratch/bin/python" -m pip --disable-pip-version-check --quiet install uv
    uv=$scratch/bin/uv
fi

# The files name packages and hashes, never the host they came from.
compile() {
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command "make requirements" --no-emit-index-url --no-emit-find-links \
        "$@" pyproject.toml
}

compile --extra dev --output-file requirements/dev.txt "$@"
compile --constraint requirements/dev.txt --output-file requirements/run.txt
echo "Wrote requirements/dev.txt and requirements/run.txt."
