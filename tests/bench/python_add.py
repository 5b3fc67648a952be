#!/usr/bin/python3
"""Speed of our generator beside one in plain Python that writes the same lines: traces of `add` as JSONL.

    python_add.py PROGRAM BENCH_TRACE [ROUNDS]

The Python is what one would write by hand, as quick as it gets without tables or packages: a loop over the
digits, f-strings; once with json.dumps for the escapes and once with the JSON written out as well, of which the
faster counts. It is checked against `PROGRAM gen`, byte for byte. Both sides make lines in memory on one core, in
turns; times are of the processor, and the ratios are medians of the rounds'. Interpreters differ by a quarter and
more, so the one that ran is named.
"""
import json
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

SAMPLES = 20000


def draw(max_digits):
    """A number of 1 to max_digits digits: the length uniform, then the number."""
    digits = int(random.random() * max_digits) + 1
    least = 10 ** (digits - 1) if digits > 1 else 0
    return least + int(random.random() * (10**digits - least))


def with_dumps(index, x, y):
    lines = []
    left, right, carry = x, y, 0
    while True:
        digx, digy = left % 10, right % 10
        left //= 10
        right //= 10
        column = digx + digy + carry
        res, carry = column % 10, column // 10
        lines.append(f"digx = {digx}\ndigy = {digy}\nres = {res}\ncarry = {carry}")
        if not (left or right or carry):
            break
    lines.append(f"answer = {x + y}")
    return json.dumps({"task": "add", "index": index, "args": [str(x), str(y)], "prompt": f"{x} + {y}\n",
                       "completion": "\n".join(lines), "answer": str(x + y), "contaminated": False,
                       "corrupted": 0, "truncated": False}, separators=(",", ":")) + "\n"


def by_hand(index, x, y):
    trace = ""
    left, right, carry = x, y, 0
    while True:
        digx, digy = left % 10, right % 10
        left //= 10
        right //= 10
        column = digx + digy + carry
        res, carry = column % 10, column // 10
        trace += f"digx = {digx}\\ndigy = {digy}\\nres = {res}\\ncarry = {carry}\\n"
        if not (left or right or carry):
            break
    answer = x + y
    return (f'{{"task":"add","index":{index},"args":["{x}","{y}"],"prompt":"{x} + {y}\\n",'
            f'"completion":"{trace}answer = {answer}","answer":"{answer}","contaminated":false,"corrupted":0,'
            f'"truncated":false}}\n')


def check(program, max_digits):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as spec:
        spec.write(f"name: bench\ntask: {{name: add, max_digits: {max_digits}}}\n")
        spec.flush()
        text = subprocess.run([program, "gen", spec.name, "-n", "2000"], check=True, capture_output=True,
                              text=True).stdout
    for line in text.splitlines(keepends=True):
        sample = json.loads(line)
        x, y = map(int, sample["args"])
        assert line == with_dumps(sample["index"], x, y) == by_hand(sample["index"], x, y), line


def theirs(make, max_digits):
    """Lines a second."""
    started = time.process_time()
    for index in range(SAMPLES):
        make(index, draw(max_digits), draw(max_digits))
    return SAMPLES / (time.process_time() - started)


def ours(bench, max_digits):
    text = subprocess.run([bench, "0.4", "add", str(max_digits)], check=True, capture_output=True, text=True).stdout
    return float(text.split("as tokens")[1].split("/s")[0])


def main():
    program, bench = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    random.seed(1)
    for max_digits in (10, 4):
        check(program, max_digits)
        turns = [(ours(bench, max_digits), theirs(by_hand, max_digits), theirs(with_dumps, max_digits))
                 for _ in range(rounds)]
        we, hand, dumps = (statistics.median(side) for side in zip(*turns))
        ratios = sorted(turn[0] / max(turn[1:]) for turn in turns)
        to_dumps = statistics.median(turn[0] / turn[2] for turn in turns)
        print(f"add, 1 to {max_digits} digits, JSONL lines/s: ours {we:.0f}, Python {platform.python_version()} "
              f"{hand:.0f} by hand and {dumps:.0f} with json.dumps; {statistics.median(ratios):.2f} times the faster "
              f"({ratios[0]:.2f} to {ratios[-1]:.2f}), {to_dumps:.2f} times json.dumps")


main()
