#!/bin/sh
# Collects into a new folder all of a system that some programs need: the libraries that they and the native parts under the folders name,
# users and groups, a folder /tmp. An image made of it has no shell and no package manager. Runs while an image is built (Dockerfile).
#
#   bare-root.sh OUT PROGRAM... -- FOLDER...
set -eu
out=$1
shift
mkdir -p "$out/etc" "$out/var/lib/dpkg/status.d"
install -d -m 1777 "$out/tmp"
needed=$(mktemp)
while [ "$1" != -- ]; do
  program=$(command -v "$1")
  cp --dereference --parents "$program" "$out"
  ldd "$program" >> "$needed"
  shift
done
shift
# What lies beside a native part is found beside it; parts for another libc name libraries that are nowhere.
find "$@" \( -name '*.node' -o -name '*.so*' \) -type f -exec ldd {} + >> "$needed" 2>/dev/null || true
for library in $(sed -n 's/.*\(\s\|=> \)\(\/lib[^ ]*\|\/usr\/lib[^ ]*\) (0x.*/\2/p' "$needed" | sort -u); do
  cp --dereference --parents "$library" "$out"
  # Scanners of images read here what is installed, as in other images without a package manager.
  package=$(dpkg --search "$(readlink -f "$library")" "$library" 2>/dev/null | sed -n '1s/:.*//p')
  [ -z "$package" ] || dpkg --status "$package" > "$out/var/lib/dpkg/status.d/$package"
done
cp --parents /etc/os-release /etc/nsswitch.conf "$out" 2>/dev/null || true
grep -E '^(root|nobody|node):' /etc/passwd > "$out/etc/passwd"
# Groups of devices too: video, dialout.
cp /etc/group "$out/etc/group"
rm "$needed"
