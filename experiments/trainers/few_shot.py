#!/usr/bin/env python3
"""Prompts a model that is trained already, in place of training one, for `cotnoise sweep SPEC --trainer '...'`.

Each line of --test is asked behind --shots examples, which are lines of --train: the noise of a cell is in what the
model is shown. Which lines is decided by --seed and the question's place, so cells that differ in noise show the same
problems. The endpoint speaks the OpenAI protocol (--url), and Python's standard library is enough. A key goes into
OPENAI_API_KEY and not into the command, which is recorded. Answers are kept in few_shot.jsonl in the folder where it is
run, and none is asked for twice.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import random
import sys
import threading
import urllib.error
import urllib.request

KEPT = "few_shot.jsonl"


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def examples(train, question, shots, seed, place):
    """`shots` lines of the question's task, each another problem."""
    pool = [line for line in train if line["task"] == question["task"]]
    chosen = {}
    for line in random.Random(f"{seed} {place}").sample(pool, min(len(pool), 20 * shots)):
        if len(chosen) < shots:
            chosen.setdefault(line["prompt"], line)
    if len(chosen) < shots:
        sys.exit(f"few_shot.py: --shots {shots}: --train has {len(chosen)} different problems of {question['task']}")
    return list(chosen.values())


def request(options, shown, question):
    """Where to send what: turns of a conversation, or a text that goes on (--plain), as of `cotnoise gen --shots`."""
    body = {"model": options.model, "temperature": 0, "max_tokens": options.max_tokens}
    if options.plain:
        text = "".join(f"{line['prompt']}{line['completion']}\n\n" for line in shown)
        return options.url + "/completions", {**body, "prompt": text + question["prompt"], "stop": ["\n\n"]}
    turns = []
    for line in shown:
        turns.append({"role": "user", "content": line["prompt"].rstrip("\n")})
        turns.append({"role": "assistant", "content": line["completion"]})
    turns.append({"role": "user", "content": question["prompt"].rstrip("\n")})
    return options.url + "/chat/completions", {**body, "messages": turns}


def send(options, stop, url, body):
    """The text that comes back, or None once stopped. Asks again where the endpoint is busy or out of reach."""
    headers = {"Content-Type": "application/json"}
    if os.environ.get("OPENAI_API_KEY"):
        headers["Authorization"] = "Bearer " + os.environ["OPENAI_API_KEY"]
    for tried in range(options.tries):
        if tried and stop.wait(options.wait * 2 ** (tried - 1)) or stop.is_set():
            return None
        try:
            call = urllib.request.Request(url, json.dumps(body).encode(), headers)
            with urllib.request.urlopen(call, timeout=options.timeout) as reply:
                choice = json.load(reply)["choices"][0]
            return (choice["text"] if options.plain else choice["message"]["content"]) or ""
        except urllib.error.HTTPError as error:
            problem = f"{error.code} {error.read(300).decode(errors='replace')}"
            if error.code not in (408, 429) and error.code < 500:
                break
        except (OSError, ValueError) as error:  # no connection, cut off, not JSON
            problem = str(error)
        except (KeyError, IndexError, TypeError):
            problem = "the reply has no choices[0] with a text"
            break
    stop.set()  # all questions, before another is asked
    raise RuntimeError(f"{url}: {problem}")


class Kept:
    """Answers by what was asked, in a file that a run which goes on reads again."""

    def __init__(self, path):
        self.answers = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                for line in file:
                    try:
                        entry = json.loads(line)
                        self.answers[entry["asked"]] = entry["answer"]
                    except (ValueError, KeyError, TypeError):
                        pass  # cut off when the run was killed
        self.file = open(path, "a", encoding="utf-8")
        self.file.write("\n" if self.file.tell() else "")  # behind a line that was cut off

    def add(self, asked, answer):
        self.answers[asked] = answer
        self.file.write(json.dumps({"asked": asked, "answer": answer}) + "\n")
        self.file.flush()


def answer_all(options, requests):
    """The answers to requests, in their order."""
    kept, stop, problem = Kept(KEPT), threading.Event(), None
    names = [hashlib.sha256(json.dumps(one).encode()).hexdigest() for one in requests]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        try:
            waiting = {pool.submit(send, options, stop, *one): name
                       for name, one in dict(zip(names, requests)).items() if name not in kept.answers}
            for done in concurrent.futures.as_completed(waiting):
                try:
                    answer = done.result()
                except RuntimeError as error:
                    problem = problem or error
                else:
                    if answer is not None:
                        kept.add(waiting[done], answer)
        finally:
            stop.set()
    if problem:
        sys.exit(f"few_shot.py: {problem}")
    return [kept.answers[name] for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, says in (("train", "lines that examples are taken from"), ("test", "lines that are asked"),
                       ("out", "where the completions go, a line for each of --test")):
        parser.add_argument("--" + name, required=True, metavar="FILE.jsonl", help=says)
    parser.add_argument("--seed", required=True, help="which examples are shown")
    parser.add_argument("--shots", type=int, default=4, metavar="K", help="examples before a question (%(default)s)")
    parser.add_argument("--url", default=os.environ.get("OPENAI_BASE_URL", "http://localhost:8000/v1"),
                        help="the endpoint, up to /v1 (%(default)s; OPENAI_BASE_URL sets another)")
    parser.add_argument("--model", required=True, help="what the endpoint calls the model")
    parser.add_argument("--plain", action="store_true", help="for a model without chat: /completions of one text")
    parser.add_argument("--max-tokens", type=int, default=2000, metavar="N", help="of an answer (%(default)s)")
    parser.add_argument("--jobs", type=int, default=8, metavar="N", help="questions at the same time (%(default)s)")
    parser.add_argument("--tries", type=int, default=6, metavar="N", help="of a question, before giving up (%(default)s)")
    parser.add_argument("--wait", type=float, default=1, metavar="S",
                        help="seconds before the second try, doubled each time (%(default)s)")
    parser.add_argument("--timeout", type=float, default=300, metavar="S", help="seconds for an answer (%(default)s)")
    options = parser.parse_args()
    options.url = options.url.rstrip("/")
    train, test = read_lines(options.train), read_lines(options.test)
    requests = [request(options, examples(train, line, options.shots, options.seed, place), line)
                for place, line in enumerate(test)]
    answers = answer_all(options, requests)
    with open(options.out + ".new", "w", encoding="utf-8") as file:
        for answer in answers:
            file.write(json.dumps({"completion": answer.replace("\r\n", "\n").strip()}) + "\n")
    os.replace(options.out + ".new", options.out)


if __name__ == "__main__":
    main()
