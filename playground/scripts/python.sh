#!/usr/bin/env bash
# Fetches what compiles specs in a page without a server: Pyodide, and the wheels that the compiler needs.
# `python.sh FOLDER`; then `toolgram play --out PAGE --python FOLDER`.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
cp "$here"/node_modules/pyodide/{pyodide.mjs,pyodide.asm.mjs,pyodide.asm.wasm,python_stdlib.zip,pyodide-lock.json} "$folder"
"${PYTHON:-python3}" -m pip download -q --no-deps --only-binary=:all: --python-version 3.14 \
  --platform pyemscripten_2026_0_wasm32 --platform any -d "$folder" -r "$here/scripts/python.txt"
