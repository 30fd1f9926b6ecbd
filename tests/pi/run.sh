#!/usr/bin/env bash
# run.sh WORK: the built wheel, installed with its `edge` extra into two emulated
# Raspberry Pi systems, must do what it does on this machine. Called by `make pi`.
set -euo pipefail
work=$(mkdir -p "$1" && readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
python=${PYTHON:-python3}

rm -rf "$work/wheel"
"$python" -m pip wheel -q --no-deps -w "$work/wheel" "$here/../.."
wheel=$(echo "$work"/wheel/*.whl)
"$python" -m pip download -q --no-deps -d "$work/pip" pip
"$python" "$here/compare.py" sound "$work/note.wav"

echo "== this machine ($(uname -m))"
"$python" "$here/compare.py" run "$work/here" "$work/note.wav"
for suite in bookworm trixie; do
  site=$work/site-$suite
  echo "== emulated $suite"
  # pip runs under emulation too, so that it chooses the wheels a Pi would get.
  rm -rf "$site"
  PYTHONPATH=$(echo "$work"/pip/pip-*.whl) bash "$here/emulated_python.sh" "$suite" "$work" \
    -m pip install -q --no-compile --only-binary=:all: --no-warn-script-location \
    --root-user-action=ignore --target "$site" -c "$here/../../constraints.txt" "$wheel[edge]"
  PYTHONPATH=$site bash "$here/emulated_python.sh" "$suite" "$work" \
    "$here/compare.py" run "$work/$suite" "$work/note.wav"
  "$python" "$here/compare.py" same "$work/here" "$work/$suite"
done
