#!/bin/sh
# Installs those of the named Debian packages that are missing, and says so. With everything there it is silent.
# A package of another architecture is NAME:ARCHITECTURE. What holds the same as a package (a library that the compiler
# finds, in conda's prefix say, or a program) is there too: who has all of that is asked for no root.
set -eu
CC=${CC:-cc}
CXX=${CXX:-c++}

# Each package that others have too: how it is found, and what conda-forge calls it (-: not there).
table="libopenblas-dev library:openblas openblas
libjansson-dev header:jansson.h jansson
libyaml-dev header:yaml.h yaml
libxxhash-dev header:xxhash.h xxhash
libcmocka-dev header:setjmp.h,stdarg.h,stddef.h,stdint.h,cmocka.h cmocka
libpcg-cpp-dev c++:pcg_random.hpp -
gnuplot-nox program:gnuplot gnuplot
fonts-dejavu-core font:dejavu font-ttf-dejavu-sans-mono
g++ program:${CXX%% *} cxx-compiler
python3 program:python3 python
clang program:clang clang
valgrind program:valgrind valgrind"

row_of() { echo "$table" | grep "^$1 " || true; }

# Whether what a package holds is there without it.
is_found() {
    how=$(row_of "$1" | cut -d' ' -f2)
    what=${how#*:}
    includes=$(echo "$what" | tr ',' '\n' | sed 's/.*/#include <&>/')
    case $how in
    header:*) echo "$includes" | $CC ${CPPFLAGS:-} -fsyntax-only -x c - 2>/dev/null ;;
    c++:*) echo "$includes" | $CXX ${CPPFLAGS:-} -fsyntax-only -x c++ - 2>/dev/null ;;
    library:*) pkg-config --exists "$what" 2>/dev/null || ldconfig -p 2>/dev/null | grep -q "lib$what\\.so\\.0" ;;
    program:*) command -v "$what" >/dev/null ;;
    font:*) fc-list 2>/dev/null | grep -qi "$what" ;;
    *) return 1 ;;
    esac
}

missing=""
native=$(dpkg --print-architecture 2>/dev/null || true)
for package in "$@"; do
    case $package in *:*) architecture=${package##*:} ;; *) architecture=$native ;; esac
    dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$package" 2>/dev/null |
        grep -qxE "($architecture|all) installed" || is_found "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# How to come by it where this script cannot.
give_up() {
    echo "$1 Missing, as Debian calls it:$missing" >&2
    forge=""
    for package in $missing; do
        name=$(row_of "$package" | cut -d' ' -f3)
        [ "${name:--}" = - ] || forge="$forge $name"
    done
    echo "On Debian, as root: apt-get install$missing" >&2
    [ -z "$forge" ] || echo "Of conda-forge, into a prefix of your own: conda install -c conda-forge$forge" \
        "pkg-config; then PKG_CONFIG_PATH=\$CONDA_PREFIX/lib/pkgconfig make ..." >&2
    exit 1
}
command -v apt-get >/dev/null || give_up "This is not a Debian system."
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "Only root may install with apt."
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
