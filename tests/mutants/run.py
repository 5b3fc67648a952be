#!/usr/bin/env python3
"""Breaks one line at a time in a copy of the tree and asks whether a test notices. See README.md here."""
import argparse
import concurrent.futures
import functools
import hashlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "mutants"
BUILD = Path("build") / "release"
PLACE = re.compile(r"in (\S+), seen by (\S+)")
# A mutant may make a test loop for ever: this much longer than the unbroken one is a failure of the test.
TIMES_LONGER, SECONDS_LONGER = 5, 10


class Broken(Exception):
    """A list of mutants, or a tree, with which nothing can be proved."""


class Mutant:
    def __init__(self, name, what, file, test, old, new):
        self.name, self.what, self.file, self.test, self.old, self.new = name, what, file, test, old, new


def read_block(path, number, block):
    """Four lines: what is broken, where and who must notice, the old text, the new one."""
    where = f"{path.relative_to(ROOT)}:{number}"
    if len(block) != 4 or not block[2].startswith("-") or not block[3].startswith("+"):
        raise Broken(f"{where}: four lines are wanted: 'name: what is broken', 'in FILE, seen by TEST', "
                     "'- old', '+ new'")
    name, colon, what = block[0].partition(": ")
    place = PLACE.fullmatch(block[1])
    if not colon or not re.fullmatch(r"[a-z0-9_]+", name):
        raise Broken(f"{where}: '{block[0]}' is not 'name: what is broken'")
    if not place:
        raise Broken(f"{where}: '{block[1]}' is not 'in FILE, seen by TEST'")
    old, new = block[2][1:].strip(), block[3][1:].strip()
    if not old or old == new:
        raise Broken(f"{where}: {name} changes nothing")
    return Mutant(name, what, *place.groups(), old, new)


def read_mutants():
    mutants = []
    for path in sorted(HERE.glob("*.txt")):
        block, start = [], 1
        for number, line in enumerate(path.read_text().splitlines() + [""], 1):
            if line.strip() and not line.startswith("#"):
                start = start if block else number
                block.append(line.strip())
            elif block:
                mutants.append(read_block(path, start, block))
                block = []
    names = [mutant.name for mutant in mutants]
    for name in names:
        if names.count(name) > 1:
            raise Broken(f"two mutants are called {name}")
    return mutants


def chosen(mutants, names, some):
    """Those that were named, or as many as were asked for: others with every commit."""
    for name in names:
        if name not in [mutant.name for mutant in mutants]:
            raise Broken(f"no mutant {name}")
    if names:
        return [mutant for mutant in mutants if mutant.name in names]
    if not some:
        return mutants
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    return sorted(mutants, key=lambda m: hashlib.sha256((commit + m.name).encode()).hexdigest())[:some]


def left_out(folder, names):
    """What a copy does without: products, history, and the sweeps that somebody ran here."""
    if Path(folder) == ROOT / "results":
        return [name for name in names if name not in ("README.md", "reference")]
    return [name for name in names if name in ("build", ".git", "__pycache__")]


class Tree:
    """A copy of the sources and of what was built from them, and a second copy of the latter to put back."""

    def __init__(self, number):
        self.path, self.pristine = WORK / f"tree-{number}", WORK / f"built-{number}"
        for path in (self.path, self.pristine):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(ROOT, self.path, ignore=left_out, symlinks=True)
        shutil.copytree(ROOT / BUILD, self.path / BUILD, symlinks=True)

    def make(self, targets):
        """Builds; returns what the compiler said when it failed."""
        command = ["make", "--no-print-directory", "-j1", "VARIANT=release", *map(str, targets)]
        environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS")}
        done = subprocess.run(command, cwd=self.path, env=environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.stdout if done.returncode else None

    def keep(self):
        """Remembers what is built now."""
        shutil.copytree(self.path / BUILD, self.pristine, symlinks=True)

    def put_back(self, since):
        """Every product that was made since, with the time that it had."""
        for folder, _, names in os.walk(self.path / BUILD):
            for name in names:
                product = Path(folder) / name
                if product.lstat().st_mtime_ns < since:
                    continue
                before = self.pristine / product.relative_to(self.path / BUILD)
                product.unlink()
                if before.exists():
                    shutil.copy2(before, product)

    def test(self, mutant, limit):
        """'passed', 'failed' or 'hung', and what was printed."""
        environment = dict(os.environ, COTNOISE=str(BUILD / "cotnoise"), OPENBLAS_NUM_THREADS="1")
        process = subprocess.Popen([str(targets_of(mutant.test)[0])], cwd=self.path, env=environment, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   errors="replace", start_new_session=True)
        try:
            output, _ = process.communicate(timeout=limit)
            return ("failed" if process.returncode else "passed"), output
        except subprocess.TimeoutExpired:
            return "hung", ""
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


@functools.lru_cache(maxsize=None)
def targets_of(test):
    """The test program, and the program itself where the test runs it."""
    source = (ROOT / "tests" / f"{test}.c").read_text()
    drives = "COTNOISE" in source or "support/shell.h" in source
    return [BUILD / "tests" / test] + ([BUILD / "cotnoise"] if drives else [])


def staleness(mutant):
    """Why a mutant no longer fits the sources, and proves nothing; or None."""
    for path in (f"tests/{mutant.test}.c", mutant.file):
        if not (ROOT / path).exists():
            return f"{mutant.name} is stale: there is no {path}"
    count = (ROOT / mutant.file).read_text().count(mutant.old)
    if count != 1:
        return f"{mutant.name} is stale: '{mutant.old}' is {count} times in {mutant.file}, not once"
    return None


def check(mutants):
    stale = [reason for reason in map(staleness, mutants) if reason]
    if stale:
        raise Broken("\n  ".join([f"{len(stale)} of {len(mutants)} fit the sources no longer", *stale]))


def baseline(tree, mutants):
    """Every test that is named passes on the unbroken tree; the seconds that each takes."""
    seconds = {}
    for mutant in mutants:
        if mutant.test in seconds:
            continue
        output = tree.make(targets_of(mutant.test))
        if output is not None:
            raise Broken(f"{mutant.test} does not build:\n{output}")
        start = time.monotonic()
        outcome, output = tree.test(mutant, 600)
        seconds[mutant.test] = time.monotonic() - start
        if outcome != "passed":
            raise Broken(f"{mutant.test} {outcome} on the unbroken tree:\n{output}")
    return seconds


def try_mutant(tree, mutant, limit):
    """'noticed', 'hung', 'SURVIVED' or 'DOES NOT COMPILE', and the compiler's words."""
    since = time.time_ns()
    path = tree.path / mutant.file
    text, times = path.read_text(), path.stat()
    path.write_text(text.replace(mutant.old, mutant.new))
    output = tree.make(targets_of(mutant.test))
    verdict = "DOES NOT COMPILE"
    if output is None:
        outcome, output = tree.test(mutant, limit)[0], ""
        verdict = {"passed": "SURVIVED", "failed": "noticed", "hung": "noticed (it hung)"}[outcome]
    path.write_text(text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    tree.put_back(since)
    return verdict, output


def run(mutants, jobs):
    """Tries all; the number that were not noticed."""
    trees = [Tree(number) for number in range(jobs)]
    seconds = baseline(trees[0], mutants)
    programs = sorted({target for mutant in mutants for target in targets_of(mutant.test)})
    for tree in trees:
        output = tree.make(programs)
        if output is not None:
            raise Broken(output)
        tree.keep()
    free = queue.Queue()
    for tree in trees:
        free.put(tree)

    def work(mutant):
        tree, start = free.get(), time.monotonic()
        try:
            verdict, output = try_mutant(tree, mutant, TIMES_LONGER * seconds[mutant.test] + SECONDS_LONGER)
        finally:
            free.put(tree)
        print(f"  {verdict:<18} {mutant.name}: {mutant.what} ({mutant.test}, {time.monotonic() - start:.1f} s)"
              + (f"\n{output}" if output else ""), flush=True)
        return verdict.startswith("noticed")

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return [mutant.name for mutant, noticed in zip(mutants, pool.map(work, mutants)) if not noticed]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="mutants to try; by default all of them")
    parser.add_argument("--some", type=int, default=0, help="only so many, chosen by the commit")
    parser.add_argument("--jobs", type=int, default=1, help="mutants that are tried at the same time")
    parser.add_argument("--programs", action="store_true", help="print the programs to be built, and no more")
    arguments = parser.parse_args()
    start = time.monotonic()
    try:
        mutants = chosen(read_mutants(), arguments.names, arguments.some)
        check(mutants)
        if arguments.programs:
            print(*sorted({str(target) for mutant in mutants for target in targets_of(mutant.test)}))
            return 0
        unnoticed = run(mutants, max(1, min(arguments.jobs, len(mutants))))
    except Broken as reason:
        print(f"mutants: {reason}", file=sys.stderr)
        return 1
    print(f"{len(mutants)} mutants, {len(unnoticed)} not noticed, {time.monotonic() - start:.0f} s")
    for name in unnoticed:
        print(f"  {name}")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
