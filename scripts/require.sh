#!/usr/bin/env bash
# Makes sure that the Debian packages that a command needs are there.
#   scripts/require.sh base     what setup itself needs
#   scripts/require.sh tests    also what the tests need
# As root it installs what is missing; otherwise it stops and names it.
set -euo pipefail

python=${PYTHON:-python3}
missing=()

has_python() { "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_venv() { "$python" -c 'import venv, ensurepip' 2>/dev/null; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }
has_chinese_font() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null; }

need() { # need PROBE PACKAGE
  "$1" || missing+=("$2")
}

if ! has_python; then
  echo "Kehu needs Python 3.11 or newer as \`$python\`. Install the Debian package python3, or name one: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi
need has_venv python3-venv
if [ "${1:-base}" = tests ]; then
  need has_postgresql postgresql
  need has_chromium chromium
  need has_chinese_font fonts-noto-cjk
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Missing Debian packages: ${missing[*]}" >&2
  echo "Install them, then run this again:  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "==> Installing Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
