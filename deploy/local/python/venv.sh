#!/usr/bin/env bash
# Makes a virtual environment with the pinned requirements, unless it is there already.
#
#   deploy/local/python/venv.sh FOLDER
set -euo pipefail
requirements=$(cd "$(dirname "$0")" && pwd)/requirements.txt
folder=$1
if [[ -f $folder/requirements.txt ]] && cmp -s "$requirements" "$folder/requirements.txt"; then
  exit 0
fi
python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "venv.sh: Python 3.11 or newer is not on the PATH" >&2
  exit 2
fi
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
# The stamp comes last: an interrupted installation is made anew.
cp "$requirements" "$folder/requirements.txt"
