"""follows.py on made-up problems and models: which problems are paired, which line is changed, and whose answer is likelier.

    reader.py EXPERIMENTS/follows.py
"""
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
import follows


def problem(prompt, *lines):
    return {"task": "sort", "prompt": prompt + "\n", "completion": "\n".join(lines), "answer": lines[-1].split("= ")[1]}


# The second has the first's answer. Of the third the answer has a token more, of the fourth there is a line more; as many
# tokens in all. The fifth has a token more. The last is of the first's shape.
SAMPLES = [problem("a", "x = 1 1", "answer = 2"), problem("b", "x = 1 3", "answer = 2"), problem("c", "x = 1", "answer = 2 2"),
           problem("d", "x", "y 0", "answer = 3"), problem("e", "x = 5 5 5", "answer = 5"),
           problem("f", "x = 4 4", "answer = 4")]
for of_lines, of_prompt in follows.of_other_problems(SAMPLES):
    print("pair", of_lines["prompt"].strip(), of_lines["completion"].split("\n"), of_prompt["completion"].split("\n")[-1])

LISTS = [problem("[7, 2, 5]", "least = 2", "least = 5", "rest = [7]", "least = 7", "answer = [2, 5, 7]")] * 3
LISTS.append(problem("[5]", "least = 5", "answer = [5]"))
for of_lines, of_prompt in follows.of_one_line(LISTS, random.Random(3)):
    print("line", of_lines["completion"].split("\n"), of_prompt["completion"].split("\n")[-1])


def share(*logprobs):
    """What `follows` makes of scored pairs: for each the log-probabilities behind the lines' answer and behind the prompt's."""
    def score(command, directory, dash, data):
        assert (command, directory, dash) == ("score", "model", "-")
        scored = zip(map(json.loads, data.splitlines()), (one for pair in logprobs for one in pair))
        return "".join(json.dumps({**sample, "token_logprobs": tokens}) + "\n" for sample, tokens in scored)
    follows.run = score
    pair = (problem("p", "x = 1", "answer = 2"), problem("p", "x = 1", "answer = 3"))
    return follows.follows("model", [pair] * len(logprobs))


# Of seven tokens and the end the last four are the answer's: what stands before must not count, its first token and the end must.
print("likelier", share(([-9] * 4 + [-1] * 4, [0] * 4 + [-2] * 4)))
print("first", share(([-1] * 4 + [0] + [-1] * 3, [-1] * 8)), share(([-1] * 8, [-1] * 4 + [0] + [-1] * 3)))
print("end", share(([-1] * 7 + [0], [-1] * 8)), share(([-1] * 8, [-1] * 7 + [0])))
print("even", share(([-1] * 8, [-1] * 8)), share(([-1] * 8, [-1] * 8), ([-1] * 8, [-2] * 8)))
