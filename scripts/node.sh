#!/usr/bin/env bash
# Runs a command with Node in PATH: the machine's if it is recent, else the one inside .venv (installed on first need).
#   scripts/node.sh npm ci
set -euo pipefail

cd "$(dirname "$0")/.."
oldest=18

recent() { # recent NODE
  command -v "$1" >/dev/null && [ "$("$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge $oldest ]
}

if ! recent node || ! command -v npm >/dev/null; then
  if ! recent .venv/bin/node; then
    echo "==> This machine has no Node $oldest or newer: installing one into .venv"
    .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/node.txt
  fi
  PATH="$PWD/.venv/bin:$PATH"
fi
exec "$@"
