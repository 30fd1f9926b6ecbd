#!/usr/bin/env bash
# run.sh WORK: the built wheel, installed into emulated Raspberry Pi systems, must do
# with both engines what it does on this machine. Called by `make pi`. 64-bit bookworm
# and trixie get it twice: with the `edge` extra, and with numpy alone. For 32 bit there
# is no LiteRT; bookworm's own numpy 1.24 runs it. (trixie's armhf differs by its numpy.)
set -euo pipefail
work=$(mkdir -p "$1" && readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
python=${PYTHON:-python3}
sound=$work/note.wav

rm -rf "$work/wheel" "$work"/site-* "$work"/made-*
"$python" -m pip wheel -q --no-deps -w "$work/wheel" "$here/../.."
wheel=$(echo "$work"/wheel/*.whl)
"$python" -m pip download -q --no-deps -d "$work/pip" pip
"$python" "$here/compare.py" sound "$sound"

echo "== this machine ($(uname -m))"
for engine in litert numpy; do
  "$python" "$here/compare.py" run "$work/made-here" "$sound" "$engine"
done
"$python" "$here/compare.py" same "$work/made-here/litert" "$work/made-here/numpy"

# install SUITE ARCHITECTURE SITE WHAT...: pip runs under emulation too, so that it
# chooses the wheels a Pi would get.
install() {
  PYTHONPATH=$(echo "$work"/pip/pip-*.whl) bash "$here/emulated_python.sh" "$1" "$2" "$work" \
    -m pip install -q --no-compile --only-binary=:all: --no-warn-script-location \
    --root-user-action=ignore --target "$work/site-$3" -c "$here/../../constraints.txt" "${@:4}"
}

# check SUITE ARCHITECTURE SITE ENGINE RESULT: RESULT names the engine that has to run.
check() {
  PYTHONPATH=$work/site-$3 bash "$here/emulated_python.sh" "$1" "$2" "$work" \
    "$here/compare.py" run "$work/made-$3" "$sound" "$4"
  "$python" "$here/compare.py" same "$work/made-here/$5" "$work/made-$3/$5"
}

for suite in bookworm trixie; do
  echo "== emulated $suite, arm64, edge extra"
  install "$suite" arm64 "$suite-edge" "$wheel[edge]"
  check "$suite" arm64 "$suite-edge" litert litert
  check "$suite" arm64 "$suite-edge" numpy numpy
  echo "== emulated $suite, arm64, numpy alone"
  install "$suite" arm64 "$suite-numpy" "$wheel"
  check "$suite" arm64 "$suite-numpy" auto numpy
done
echo "== emulated bookworm, armhf, numpy 1.24 from Debian alone"
install bookworm armhf bookworm-armhf --no-deps "$wheel"
check bookworm armhf bookworm-armhf auto numpy
