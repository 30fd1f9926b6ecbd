#!/usr/bin/env bash
# emulated_python.sh SUITE WORK ARGS...
# Run aarch64 Python, as on Raspberry Pi OS, on an x86-64 Debian host: SUITE is bookworm
# (Python 3.11, Pi OS 12) or trixie (3.13, Pi OS 13). Everything is kept below WORK, and
# each stage is skipped once it is there. QCPU chooses the processor: cortex-a53 (Pi 3),
# cortex-a72 (Pi 4, the default), cortex-a76 (Pi 5). Correctness means something here;
# time, memory and energy under emulation do not.
set -euo pipefail
suite=$1 work=$(mkdir -p "$2" && readlink -f "$2")
shift 2
here=$(dirname "$(readlink -f "$0")")
case $suite in
bookworm) version=3.11 ;;
trixie) version=3.13 ;;
*)
  echo "Unknown suite $suite. Expected bookworm or trixie." >&2
  exit 2
  ;;
esac

# The emulator comes from trixie in any case: bookworm's qemu 7.2 computes int8 wrongly.
emulator=$work/emulator/usr/bin/qemu-aarch64
if [ ! -x "$emulator" ]; then
  apt=$work/emulator-apt
  mkdir -p "$work/emulator" "$apt"/state/lists/partial "$apt"/cache/archives/partial "$apt"/sources.d
  : >"$apt/state/status"
  mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/*.sources)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/sources"
  options=(
    -qq -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none
    -o Dir::State="$apt/state" -o Dir::State::status="$apt/state/status"
    -o Dir::Cache="$apt/cache"
    -o Dir::Etc::SourceList="$apt/sources" -o Dir::Etc::SourceParts="$apt/sources.d"
  )
  (
    cd "$apt"
    apt-get "${options[@]}" update
    apt-get "${options[@]}" download qemu-user
    dpkg-deb --fsys-tarfile qemu-user_*.deb | tar -x -C "$work/emulator" ./usr/bin/qemu-aarch64
  )
  rm -rf "$apt"
fi
[ -d "$work/$suite" ] || bash "$here/debian_root.sh" "$suite" "$work/$suite" \
  python3-minimal "libpython$version-stdlib" libstdc++6

export QEMU_LD_PREFIX=$work/$suite
# Always name a processor: with qemu's default one int8 results can be wrong.
exec "$emulator" -cpu "${QCPU:-cortex-a72}" "$work/$suite/usr/bin/python$version" "$@"
