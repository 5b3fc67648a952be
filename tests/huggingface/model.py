"""What a model says in transformers, by its own tokenizer, against what our program says of it: model.mjs in Python.

    model.py CHECKPOINT SCORED.jsonl EVALUATED.jsonl TOKENS

SCORED is of `cotnoise score`: log-probabilities may differ by 1e-3, from sums in another order. EVALUATED is of
`cotnoise eval -o --max-new-tokens TOKENS`: completions are to be the same texts, generated greedily in one batch.
"""
import json
import sys

import torch
import transformers

checkpoint, scored, evaluated, tokens = sys.argv[1:]
tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
failed = False


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def complain(what):
    global failed
    failed = True
    print("  " + what)


@torch.no_grad()
def scores(sample):
    """The log-probabilities of a completion's tokens and of the end."""
    first = len(tokenizer(sample["prompt"])["input_ids"])
    ids = torch.tensor([tokenizer(sample["prompt"] + sample["completion"])["input_ids"] + [tokenizer.eos_token_id]])
    chances = torch.log_softmax(model(input_ids=ids).logits[0].double(), dim=-1)
    return [chances[i - 1, ids[0, i]].item() for i in range(first, ids.shape[1])]


differences = []
for number, sample in enumerate(lines(scored), 1):
    theirs, ours = scores(sample), sample["token_logprobs"]
    if len(theirs) != len(ours):
        complain(f"{scored}:{number}: {len(theirs)} tokens there, {len(ours)} scores here")
        continue
    differences += [abs(a - b) for a, b in zip(theirs, ours)]
print(f"  transformers {transformers.__version__}: {len(differences)} log-probabilities, "
      f"the largest difference is {max(differences, default=float('nan')):.1e}")
if not differences or not all(difference < 1e-3 for difference in differences):  # no NaN is
    complain("that is too much")

problems = lines(evaluated)
asked = tokenizer([problem["prompt"] for problem in problems], padding=True, return_tensors="pt")
with torch.no_grad():
    written = model.generate(
        input_ids=asked["input_ids"],
        attention_mask=asked["attention_mask"],
        max_new_tokens=int(tokens),
        do_sample=False,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )[:, asked["input_ids"].shape[1]:]
same = 0
for number, (row, problem) in enumerate(zip(written.tolist(), problems), 1):
    ended = tokenizer.eos_token_id in row
    text = tokenizer.decode(row[: row.index(tokenizer.eos_token_id)] if ended else row, skip_special_tokens=True)
    same += text == problem["completion"]
    if text != problem["completion"] and not failed:
        complain(f"{evaluated}:{number}: {problem['completion']!r} is {text!r} there")
print(f"  {same} of {len(problems)} completions are the same text")
sys.exit(failed)
