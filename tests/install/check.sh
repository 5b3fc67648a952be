#!/usr/bin/env bash
# The program built against a prefix of libraries of one's own, installed without root into another, and used from an
# empty folder there: experiments by name, a sweep, its report, man pages, completion in real shells. Then uninstalled.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cotnoise-install-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
fail() {
    echo "FAILED: $*"
    exit 1
}
say() { echo "  $* ($SECONDS s)"; }

# --- a prefix as conda makes one: the system's own headers, libraries and .pc files, moved there ---
libraries=$scratch/libraries
mkdir -p "$libraries"/{include,lib/pkgconfig}
move() { # MODULE NAME HEADER...
    local library soname header
    library=$(readlink -f "$(pkg-config --variable=libdir "$1")/lib$2.so")
    soname=$(objdump -p "$library" | awk '$1 == "SONAME" { print $2 }')
    cp "$library" "$libraries/lib/$soname"
    ln -s "$soname" "$libraries/lib/lib$2.so"
    cat >"$libraries/lib/pkgconfig/$1.pc" <<END
Name: $1
Description: moved
Version: $(pkg-config --modversion "$1")
Libs: -L$libraries/lib -l$2
Cflags: -I$libraries/include
END
    for header in "${@:3}"; do
        cp "$(echo "#include <$header>" | cc -E -x c - | sed -n "s|^# 1 \"\(.*/$header\)\".*|\1|p" | head -n 1)" \
            "$libraries/include"
    done
}
move jansson jansson jansson.h jansson_config.h
move yaml-0.1 yaml yaml.h
move libxxhash xxhash xxhash.h
move openblas openblas
home=$scratch/home
mkdir -p "$home/empty"
# Without root, where this is run by root.
user=()
if [ "$(id -u)" -eq 0 ]; then
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 755 "$scratch"
    mkdir "$scratch/source"
    cp -R Makefile src tasks noise experiments docs tests "$scratch/source"
    chown -R 65534:65534 "$scratch"
    cd "$scratch/source"
fi
build() {
    "${user[@]}" env -u MAKEFLAGS -u MAKELEVEL HOME="$home" PKG_CONFIG_LIBDIR="$libraries/lib/pkgconfig" PKG_CONFIG_PATH= \
        make -s -j"$(nproc)" BUILD="$scratch/build/release" PREFIX="$home/x" "$@"
}
build install
say "built against four libraries of a prefix, and installed"
grep -qs "$libraries/include/jansson.h" -r "$scratch/build/release" --include='*.d' || fail "jansson.h is not the prefix's"
for name in jansson yaml xxhash; do
    ldd "$home/x/bin/cotnoise" | grep "lib$name.* => $libraries/lib/" >/dev/null || fail "lib$name is not the prefix's"
done

# --- from an empty folder ---
export PATH="$home/x/bin:$PATH" OPENBLAS_NUM_THREADS=1
here() { (cd "$home/empty" && "${user[@]}" env HOME="$home" "$@"); }
here cotnoise experiments | grep '^quickstart  *Three kinds of noise' >/dev/null || fail "experiments does not list quickstart"
here cotnoise sweep quickstart --dry-run | grep '^33 runs' >/dev/null || fail "the quickstart's runs"
say "cotnoise sweep quickstart --dry-run: 33 runs"
here cotnoise sweep quickstart --data.samples=200 data.epochs=1 seeds=1 --eval.problems=20 -j 2 >"$scratch/said" 2>&1 ||
    { tail -n 20 "$scratch/said"; fail "the first sweep"; }
test -s "$home/empty/results/quickstart/report.html" || fail "no report"
here cotnoise report results/quickstart >/dev/null || fail "the report once more"
say "a first sweep and its report"
LD_DEBUG=libs here cotnoise bench --preset tiny --rounds 1 --threads 1 2>&1 |
    grep "calling init: $libraries/lib/libopenblas" >/dev/null || fail "OpenBLAS is not the prefix's"
say "OpenBLAS is loaded from the prefix"

# --- man pages and completion ---
pages=("$home/x/share/man/man1"/*.1)
for page in "${pages[@]}"; do
    complaints=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
    [ -z "$complaints" ] || fail "$page: $complaints"
done
# A page has no date, on purpose.
complaints=$(mandoc -T lint -W warning "${pages[@]}" | grep -v 'missing date' || true)
[ -z "$complaints" ] || fail "$complaints"
MANPATH="$home/x/share/man" LC_ALL=C.UTF-8 man cotnoise sweep | grep -e '--dry-run' >/dev/null || fail "man cotnoise sweep"
say "${#pages[@]} man pages without a complaint of man and mandoc"
source=$PWD
for shell in bash zsh; do here "$source/tests/install/type.py" "$shell" "$home/x"; done
here "$source/tests/install/recipes.py" "$source/docs/recipes.md" || fail "docs/recipes.md"

# --- gone ---
build uninstall
[ -z "$(find "$home/x" -type f)" ] || fail "left: $(find "$home/x" -type f)"
[ ! -e "$home/x/share/cotnoise" ] || fail "share/cotnoise is left"
say "uninstalled"
