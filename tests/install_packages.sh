#!/bin/sh
# Installs those of the named Debian packages that are missing, and says so. With everything there it is silent.
# A package of another architecture is NAME:ARCHITECTURE.
set -eu
missing=""
native=$(dpkg --print-architecture 2>/dev/null || true)
for package in "$@"; do
    case $package in *:*) architecture=${package##*:} ;; *) architecture=$native ;; esac
    dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$package" 2>/dev/null |
        grep -qxE "($architecture|all) installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system. Install what these packages hold, then run the command again:$missing" >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Missing, and only root may install:$missing" >&2; exit 1; }
    as_root="sudo"
fi
echo "Installing with apt:$missing"
for package in $missing; do
    case $package in
    *:*) dpkg --print-foreign-architectures | grep -qx "${package##*:}" || $as_root dpkg --add-architecture "${package##*:}" ;;
    esac
done
$as_root apt-get -qq update
DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq install -y --no-install-recommends $missing >/dev/null
