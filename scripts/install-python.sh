#!/bin/sh
# Install locked requirements into an environment: with uv where there is one, else with pip.
# Usage: scripts/install-python.sh VENV REQUIREMENTS
set -eu
venv=$1
requirements=$2
if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$requirements"
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
fi
