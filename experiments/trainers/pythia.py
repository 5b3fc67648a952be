#!/usr/bin/env python3
"""Fine-tunes Pythia-410M, or another causal model of Hugging Face, for `cotnoise sweep SPEC --trainer '...'`.

It learns from the JSONL lines of --train (`prompt`, `completion`) with the Trainer of transformers, solves those of
--test greedily and writes a line {"completion": ...} for each to --out. See README.md, also for what was tested of it.
"""
import argparse
import json
import os
import re

import torch
import transformers
from transformers.trainer_utils import get_last_checkpoint

CHECKPOINTS, MODEL = "checkpoints", "model"  # in the run's directory
IGNORED = -100  # a label that no loss is taken of


def read_lines(path, space_digits):
    """Pairs of prompt and completion. Apart, digits are a token each in any tokenizer; graders see no spaces."""
    spaced = (lambda text: re.sub(r"(?<=\d)(?=\d)", " ", text)) if space_digits else (lambda text: text)
    with open(path) as file:
        return [(spaced(line["prompt"]), spaced(line["completion"])) for line in map(json.loads, file)]


def encode(tokenizer, prompt, completion):
    """Prompt and completion are encoded apart, as the model will meet the prompt alone."""
    asked = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    answer = tokenizer(completion, add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
    return {"input_ids": asked + answer, "labels": [IGNORED] * len(asked) + answer}


def collate(samples):
    longest = max(len(sample["input_ids"]) for sample in samples)

    def padded(key, filler):
        return torch.tensor([sample[key] + [filler] * (longest - len(sample[key])) for sample in samples])

    mask = [[1] * len(sample["input_ids"]) + [0] * (longest - len(sample["input_ids"])) for sample in samples]
    return {
        "input_ids": padded("input_ids", 0),
        "attention_mask": torch.tensor(mask),
        "labels": padded("labels", IGNORED),
    }


def train(model, samples, options):
    arguments = transformers.TrainingArguments(
        output_dir=CHECKPOINTS,
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.batch,
        learning_rate=options.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=100,
        save_strategy="steps",
        save_steps=options.save_steps,
        save_total_limit=1,
        logging_steps=50,
        report_to="none",
        bf16=options.bf16,
        seed=options.seed,
    )
    trainer = transformers.Trainer(model=model, args=arguments, train_dataset=samples, data_collator=collate)
    last = get_last_checkpoint(CHECKPOINTS) if os.path.isdir(CHECKPOINTS) else None
    trainer.train(resume_from_checkpoint=last)
    trainer.save_model(MODEL)


@torch.no_grad()
def solve(model, tokenizer, prompts, batch, longest):
    completions = []
    for start in range(0, len(prompts), batch):
        asked = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in prompts[start : start + batch]]
        width = max(map(len, asked))
        ids = torch.tensor([[tokenizer.eos_token_id] * (width - len(prompt)) + prompt for prompt in asked])
        mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in asked])
        written = model.generate(
            input_ids=ids.to(model.device),
            attention_mask=mask.to(model.device),
            max_new_tokens=longest,
            do_sample=False,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.eos_token_id,
        )
        for row in written[:, width:].tolist():
            ended = tokenizer.eos_token_id in row
            text = tokenizer.decode(row[: row.index(tokenizer.eos_token_id)] if ended else row)
            # What was cut off must not look as if it had ended.
            completions.append(text if ended else text + " <cut>")
    return completions


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("train", "test", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parent", default="", help="directory of the run to start from")
    parser.add_argument("--model", default="EleutherAI/pythia-410m", help="of the hub, or a directory")
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--save-steps", type=int, default=500)
    parser.add_argument("--space-digits", action="store_true", help="a token for each digit")
    parser.add_argument("--bf16", action="store_true", help="on a GPU that has it")
    options = parser.parse_args()
    transformers.set_seed(options.seed)

    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    begin = os.path.join(options.parent, MODEL) if options.parent else options.model
    model = transformers.AutoModelForCausalLM.from_pretrained(begin)
    lines = read_lines(options.train, options.space_digits)
    samples = [encode(tokenizer, prompt, completion) for prompt, completion in lines]
    train(model, samples, options)
    longest = 2 * max(sum(label != IGNORED for label in sample["labels"]) for sample in samples)
    prompts = [prompt for prompt, _ in read_lines(options.test, options.space_digits)]
    completions = solve(model.eval(), tokenizer, prompts, options.batch, longest)
    with open(options.out, "w") as file:
        for completion in completions:
            file.write(json.dumps({"completion": completion}) + "\n")


main()
