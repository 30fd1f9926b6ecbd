#!/usr/bin/env bash
# debian_root.sh SUITE ARCHITECTURE ROOT PACKAGE...
# Unpack Debian packages of another architecture, with what they depend on, into ROOT.
# No chroot, no root set-up, and the host's own package state stays untouched. The
# mirror is the host's.
set -euo pipefail
suite=$1 architecture=$2 root=$3
shift 3

mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
[ -n "$mirror" ] || mirror=$(awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list)

apt=$root.apt
mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial "$apt"/sources.d
: >"$apt/state/status"
echo "deb [arch=$architecture signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources"
options=(
  -qq -y
  -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture"
  -o APT::Install-Recommends=false -o APT::Sandbox::User="$(id -un)"
  -o Acquire::Languages=none -o Debug::NoLocking=1
  -o Dir::State="$apt/state" -o Dir::State::status="$apt/state/status"
  -o Dir::Cache="$apt/cache" -o Dir::Cache::archives="$apt/cache/archives"
  -o Dir::Etc::SourceList="$apt/sources" -o Dir::Etc::SourceParts="$apt/sources.d"
)
apt-get "${options[@]}" update
apt-get "${options[@]}" --download-only install "$@"

# Debian has merged /bin and /lib into /usr; older packages still name the short paths.
mkdir -p "$root.new"/usr/{bin,lib,sbin} "$root.new/tmp"
for folder in bin lib sbin; do ln -sfn "usr/$folder" "$root.new/$folder"; done
for package in "$apt"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$root.new"
done
# Debian's numpy finds these through links that only an installation would make.
for library in blas/libblas.so.3 lapack/liblapack.so.3; do
  for found in "$root.new"/usr/lib/*/"$library"; do
    [ ! -e "$found" ] || ln -s "$library" "${found%/"$library"}/${library#*/}"
  done
done
rm -rf "$apt"
mv "$root.new" "$root"
