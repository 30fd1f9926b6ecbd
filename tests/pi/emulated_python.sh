#!/usr/bin/env bash
# emulated_python.sh SUITE ARCHITECTURE WORK ARGS...
# Run the Python of Raspberry Pi OS on an x86-64 Debian host: SUITE is bookworm (Python
# 3.11, Pi OS 12) or trixie (3.13, Pi OS 13), ARCHITECTURE arm64, or armhf with Debian's
# own numpy. Everything is kept below WORK, and each stage is skipped once it is there.
# QCPU chooses the processor: for arm64 cortex-a53 (Pi 3), cortex-a72 (Pi 4, the
# default) or cortex-a76 (Pi 5). Correctness means something here; time, memory and
# energy under emulation do not.
set -euo pipefail
suite=$1 architecture=$2 work=$(mkdir -p "$3" && readlink -f "$3")
shift 3
here=$(dirname "$(readlink -f "$0")")
case $suite in
bookworm) version=3.11 ;;
trixie) version=3.13 ;;
*)
  echo "Unknown suite $suite. Expected bookworm or trixie." >&2
  exit 2
  ;;
esac
packages=(python3-minimal "libpython$version-stdlib" libstdc++6)
# Always name a processor: with qemu's default one int8 results can be wrong.
case $architecture in
arm64) emulator=qemu-aarch64 processor=${QCPU:-cortex-a72} ;;
# No index that pip knows has a numpy wheel for 32 bit but piwheels.org, which only
# Raspberry Pi OS is set up for.
armhf) emulator=qemu-arm processor=${QCPU:-cortex-a7} packages+=(python3-numpy) ;;
*)
  echo "Unknown architecture $architecture. Expected arm64 or armhf." >&2
  exit 2
  ;;
esac

# The emulator comes from trixie in any case: bookworm's qemu 7.2 computes int8 wrongly.
if [ ! -x "$work/emulator/usr/bin/$emulator" ]; then
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
    dpkg-deb --fsys-tarfile qemu-user_*.deb |
      tar -x -C "$work/emulator" ./usr/bin/qemu-aarch64 ./usr/bin/qemu-arm
  )
  rm -rf "$apt"
fi
root=$work/$suite-$architecture
[ -d "$root" ] || bash "$here/debian_root.sh" "$suite" "$architecture" "$root" "${packages[@]}"

export QEMU_LD_PREFIX=$root
exec "$work/emulator/usr/bin/$emulator" -cpu "$processor" "$root/usr/bin/python$version" "$@"
