#!/usr/bin/env python3
"""Types into a real bash or zsh, with the Tab key, and checks what the shell made of it.

usage: type.py SHELL PREFIX; cotnoise is installed in PREFIX.
"""
import os
import pty
import re
import select
import sys
import time

SHELL, PREFIX = sys.argv[1:]
# What is typed, "\t" is Tab, and the arguments that the program then gets.
CASES = [
    ("cotnoise swe\t", "sweep"),
    ("cotnoise sweep quicks\t", "sweep quickstart"),
    ("cotnoise sweep quickstart --dry\t", "sweep quickstart --dry-run"),
    ("cotnoise sweep quickstart data.sam\t9", "sweep quickstart data.samples=9"),
    ("cotnoise sweep quickstart model.preset=ti\t", "sweep quickstart model.preset=tiny"),
    ("cotnoise sweep quickstart --model.preset=ti\t", "sweep quickstart --model.preset=tiny"),
    ("cotnoise sweep quickstart rl.method=none,gr\t", "sweep quickstart rl.method=none,grpo"),
    ("cotnoise sweep quickstart noise.slip.con\t1", "sweep quickstart noise.slip.contamination=1"),
    ("cotnoise sweep quickstart data.file=lon\t", "sweep quickstart data.file=long-name.jsonl"),
    ("cotnoise trace edit\t", "trace edit_distance"),
    ("cotnoise trace add 1 2 --noise value\t1", "trace add 1 2 --noise value_swap=1"),
    ("cotnoise profile lon\t--task edit\t", "profile long-name.jsonl --task edit_distance"),
    ("cotnoise help expe\t", "help experiments"),
]
# The program's arguments are printed, but what completion asks it is answered.
FUNCTION = ('cotnoise() {{ if [ "$1 $2" = "help --words" ]; then "{0}/bin/cotnoise" "$@"; '
            'else echo "GOT<$*>"; fi; }}').format(PREFIX)
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             f". {PREFIX}/share/bash-completion/completions/cotnoise; bind 'set bell-style none'"),
    "zsh": (["zsh", "-f", "-i"],
            f"fpath=({PREFIX}/share/zsh/site-functions $fpath); autoload -U compinit; compinit -u -D; "
            "unsetopt zle_bracketed_paste"),
}[SHELL]


def read_until(terminal, pattern, seconds=20):
    """What the terminal shows until a pattern is there."""
    shown, end = "", time.time() + seconds
    while not re.search(pattern, shown):
        if time.time() > end or not select.select([terminal], [], [], 1)[0]:
            if time.time() > end:
                sys.exit(f"{SHELL}: nothing like {pattern!r} came, but {shown[-800:]!r}")
            continue
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


def main():
    """Runs all cases in one shell."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", PS1="> ", COLUMNS="200")
        os.execvp(START[0][0], START[0])
    os.write(terminal, f"{FUNCTION}; {START[1]}; touch long-name.jsonl; echo REA''DY\n".encode())
    read_until(terminal, "READY\r")
    failed = 0
    for typed, wanted in CASES:
        for piece in re.split("(\t)", typed):
            os.write(terminal, piece.encode())
            time.sleep(0.4 if piece == "\t" else 0.1)  # the shell is asking the program
        os.write(terminal, b"\n")
        got = re.findall("GOT<(.*?) *>", read_until(terminal, "GOT<.*>\r"))[-1]
        if got != wanted:
            failed += 1
            print(f"{SHELL}: {typed!r} became {got!r}, not {wanted!r}")
    os.write(terminal, b"exit\n")
    print(f"  {SHELL}: {len(CASES) - failed} of {len(CASES)} words completed")
    sys.exit(failed > 0)


main()
