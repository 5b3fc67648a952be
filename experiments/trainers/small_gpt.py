#!/usr/bin/python3
"""A small transformer in PyTorch alone, to be trained by `cotnoise sweep SPEC --trainer '...'` (see README.md).

It learns from the JSONL lines of --train (`prompt`, `completion`), solves those of --test greedily and writes a
line {"completion": ...} for each to --out. It goes on from the checkpoint that it keeps where it is run, the run's
directory, and starts from the model that lies in --parent, if one is given.
"""
import argparse
import json
import math
import os
import re

import torch
from torch import nn
from torch.nn import functional

CHECKPOINT = "small_gpt.pt"
PAD, EOS, UNKNOWN = 0, 1, 2


def words(text):
    """Names, digits one by one, newlines and signs; spaces only separate."""
    return re.findall(r"[A-Za-z_]\w*|\d|\n|[^\s\w]", text)


def read_lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


class Layer(nn.Module):
    """Attention and MLP with a norm before each; positions are rotations (RoPE) of queries and keys."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x, rotation, mask, cache):
        B, T, C = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, rotation), rotate(k, rotation)
        if cache is not None:  # of earlier positions, which this call adds to
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        scores = q @ k.transpose(2, 3) / math.sqrt(C // self.heads)
        if mask is not None:
            scores = scores + mask
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, C)
        x = x + self.out(mixed)
        return x + self.mlp(self.norm2(x))


def rotate(x, rotation):
    a, b = x.chunk(2, -1)
    cosine, sine = rotation
    return torch.cat([a * cosine - b * sine, a * sine + b * cosine], -1)


class Model(nn.Module):
    def __init__(self, vocabulary, width, heads, layers):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList([Layer(width, heads) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary)
        self.size = width // heads
        for name, values in self.named_parameters():
            if values.dim() > 1:
                nn.init.normal_(values, std=0.02 if name.startswith(("embed", "head")) else values.shape[1] ** -0.5)
            elif name.endswith("bias"):
                nn.init.zeros_(values)

    def forward(self, tokens, start=0, cache=None):
        T = tokens.shape[1]
        positions = torch.arange(start, start + T)[:, None].float()
        angles = positions * 10000.0 ** (-torch.arange(self.size // 2) / (self.size // 2))
        mask = torch.full((T, T), -math.inf).triu(1) if T > 1 else None
        x = self.embed(tokens)
        for i, layer in enumerate(self.layers):
            x = layer(x, (angles.cos(), angles.sin()), mask, None if cache is None else cache[i])
        return self.head(self.norm(x))


def encode(line, index):
    """Ids of prompt, completion and end, and how many of them are the prompt's."""
    prompt, completion = ([index.get(word, UNKNOWN) for word in words(line[key])] for key in ("prompt", "completion"))
    return prompt + completion + [EOS], len(prompt)


def batches(samples, options):
    """The steps of all epochs, each of them the numbers of its samples; of like lengths, so that little is padding."""
    order = torch.Generator().manual_seed(options.seed)
    steps = []
    for _ in range(options.epochs):
        shuffled = torch.randperm(len(samples), generator=order).tolist()
        pools = [shuffled[i : i + 50 * options.batch] for i in range(0, len(shuffled), 50 * options.batch)]
        epoch = []
        for pool in pools:
            pool.sort(key=lambda i: len(samples[i][0]))
            epoch += [pool[i : i + options.batch] for i in range(0, len(pool), options.batch)]
        steps += [epoch[i] for i in torch.randperm(len(epoch), generator=order).tolist()]
    return steps


def loss_of(model, samples):
    """Mean over the tokens of the completions and ends."""
    longest = max(len(ids) for ids, _ in samples)
    tokens = torch.tensor([ids + [PAD] * (longest - len(ids)) for ids, _ in samples])
    targets = tokens[:, 1:].clone()
    for row, (ids, prompt) in enumerate(samples):
        targets[row, : prompt - 1] = -1
        targets[row, len(ids) - 1 :] = -1
    return functional.cross_entropy(model(tokens[:, :-1]).flatten(0, 1), targets.flatten(), ignore_index=-1)


def save(state):
    torch.save(state, CHECKPOINT + ".new")
    os.replace(CHECKPOINT + ".new", CHECKPOINT)


def train(model, samples, options, state):
    steps = batches(samples, options)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=0.01, betas=(0.9, 0.95))
    if "optimizer" in state:
        optimizer.load_state_dict(state["optimizer"])
    for step in range(state["step"], len(steps)):
        warm, done = min(1, (step + 1) / 100), step / len(steps)
        for group in optimizer.param_groups:
            group["lr"] = options.learning_rate * warm * (0.05 + 0.95 * (1 + math.cos(math.pi * done)) / 2)
        loss = loss_of(model, [samples[i] for i in steps[step]])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % options.save_steps == 0 or step + 1 == len(steps):
            print(f"step {step + 1} of {len(steps)}, loss {loss.item():.4f}", flush=True)
            state.update(step=step + 1, model=model.state_dict(), optimizer=optimizer.state_dict())
            save(state)


@torch.no_grad()
def solve(model, prompts, longest):
    """Greedy completions of prompts of one length, as ids."""
    cache = [[] for _ in model.layers]
    tokens, start = torch.tensor(prompts), 0
    written, ended = [[] for _ in prompts], [False] * len(prompts)
    for _ in range(longest):
        choice = model(tokens, start, cache)[:, -1].argmax(-1)
        start += tokens.shape[1]
        for row, token in enumerate(choice.tolist()):
            ended[row] = ended[row] or token == EOS
            if not ended[row]:
                written[row].append(token)
        if all(ended):
            break
        tokens = choice[:, None]
    # What did not end has no answer: a word that there is none of says so.
    return [ids if end else ids + [UNKNOWN] for ids, end in zip(written, ended)]


def test(model, lines, vocabulary, longest):
    index = {word: i for i, word in enumerate(vocabulary)}
    alike = {}
    for number, line in enumerate(lines):
        prompt = [index.get(word, UNKNOWN) for word in words(line["prompt"])]
        alike.setdefault(len(prompt), []).append((number, prompt))
    completions = [""] * len(lines)
    for problems in alike.values():
        solved = solve(model, [prompt for _, prompt in problems], longest)
        for (number, _), ids in zip(problems, solved):
            completions[number] = " ".join(vocabulary[i] for i in ids)
    return completions


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("train", "test", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parent", default="", help="directory of the run to start from")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=4, help="samples a step")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--save-steps", type=int, default=100, help="between checkpoints")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    lines = read_lines(options.train)
    state = {"step": 0}
    if os.path.exists(CHECKPOINT):
        state = torch.load(CHECKPOINT)
        print(f"going on at step {state['step']}", flush=True)
    elif options.parent:
        parent = torch.load(os.path.join(options.parent, CHECKPOINT))
        state.update(vocabulary=parent["vocabulary"], model=parent["model"])
    else:
        seen = {word: None for line in lines for word in words(line["prompt"] + line["completion"])}
        state["vocabulary"] = ["<pad>", "<eos>", "<unk>"] + list(seen)
    vocabulary = state["vocabulary"]
    index = {word: i for i, word in enumerate(vocabulary)}
    samples = [encode(line, index) for line in lines]
    model = Model(len(vocabulary), options.width, options.heads, options.layers)
    if "model" in state:
        model.load_state_dict(state["model"])
    train(model, samples, options, state)
    longest = 2 * max(len(ids) - prompt for ids, prompt in samples)
    with open(options.out, "w") as file:
        for completion in test(model.eval(), read_lines(options.test), vocabulary, longest):
            file.write(json.dumps({"completion": completion}) + "\n")


main()
