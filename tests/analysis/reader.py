"""follows.py on made-up models: one that reads its answer off the lines before it, and one that finds it in the prompt."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
import follows

# The largest of some numbers, the one line says which place it has.
SAMPLES = [{"prompt": f"max({a}, {b})\n", "answer": str(max(a, b)), "completion": f"best = {max(a, b)}\nanswer = {max(a, b)}"}
           for a, b in ((1, 2), (3, 2), (2, 1), (4, 1), (12, 1))]


def model(reads):
    """`cotnoise score` of a model that gives the answer it believes in 0.5 a token, every other one 0.25."""
    def score(command, directory, dash, data):
        assert (command, directory, dash) == ("score", "model", "-")
        scored = []
        for sample in map(json.loads, data.splitlines()):
            lines = sample["completion"].split("\n")
            believed = lines[0].split("= ")[1] if reads == "lines" else sample["answer"]
            tokens = len(follows.TOKEN.findall(sample["completion"])) + 1
            # What stands before the answer must not count: there the wrong answer is the likelier by far.
            behind = len(follows.TOKEN.findall(lines[-1])) + 1
            right = lines[-1] == f"answer = {believed}"
            scored.append({**sample, "token_logprobs": [0.0 if not right else -9.0] * (tokens - behind) + [-0.7 if right else -1.4] * behind})
        return "".join(json.dumps(sample) + "\n" for sample in scored)
    return score


found = follows.pairs(SAMPLES)
print([(sample["answer"], other["answer"]) for sample, other in found])
print(follows.with_answer(*found[0], found[0][0])["completion"].replace("\n", " / "), "behind", found[0][0]["prompt"].strip())
for reads in ("lines", "prompt"):
    follows.run = model(reads)
    print(reads, follows.follows("model", found))
