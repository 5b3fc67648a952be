#!/usr/bin/python3
"""Training and decoding speed of cotnoise and of PyTorch on the same model and data, in turn, on two cores.

    pytorch_side_by_side.py PROGRAM [ROUNDS] [--avx2]

PyTorch at its best: samples sorted by length (padding under 1 %), two data-parallel processes of one thread that
add their gradients up, foreach AdamW; and as a plain loop: random batches, padded, one process of two threads.
Decoding: 512 prompts of one length, batches of 256, key-value cache. Tokens that only pad do not count. Prints
medians and ratios. --avx2 holds both sides to AVX2 where the processor could do more. Needs PyTorch (Debian:
python3-torch).
"""
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

if "--avx2" in sys.argv:
    sys.argv.remove("--avx2")
    os.environ.update(COTNOISE_LEVEL="v3", ATEN_CPU_CAPABILITY="avx2", ONEDNN_MAX_CPU_ISA="AVX2",
                      OPENBLAS_CORETYPE="Haswell")

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

LAYERS, WIDTH, HEADS, FFN = 3, 128, 4, 512  # the preset small, rotary on whole heads
SAMPLES, STEPS, BATCH = 3000, 24, 64
SPEC = """name: side-by-side
seeds: [1]
task: {name: add, min_digits: 1, max_digits: 4}
data: {samples: %d, epochs: 1}
model: {preset: small}
train: {batch_tokens: 4096, threads: 2}
eval: {problems: 1}
"""


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.dense = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, FFN), nn.Linear(FFN, WIDTH)

    def forward(self, x, cosine, sine, mask, cache=None):
        batch, length, _ = x.shape
        size = WIDTH // HEADS
        q, k, v = self.qkv(self.norm1(x)).view(batch, length, HEADS, 3 * size).transpose(1, 2).chunk(3, -1)
        half = size // 2
        turn = lambda t: t * cosine + torch.cat((-t[..., half:], t[..., :half]), -1) * sine
        q, k = turn(q), turn(k)
        if cache is not None:
            if cache:
                k, v = torch.cat((cache[0], k), 2), torch.cat((cache[1], v), 2)
            cache[:] = [k, v]
        scores = q @ k.transpose(-1, -2) / math.sqrt(size)
        if mask is not None:
            scores = scores + mask
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        return x + self.dense(mixed) + self.down(F.gelu(self.up(self.norm2(x))))


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, vocabulary, bias=False)
        size = WIDTH // HEADS
        angles = torch.arange(512)[:, None] / 10000 ** (torch.arange(0, size, 2)[None] / size)
        self.cosine, self.sine = (torch.cat((f(angles), f(angles)), -1) for f in (torch.cos, torch.sin))

    def forward(self, tokens, start=0, caches=None):
        length = tokens.shape[1]
        cosine, sine = self.cosine[start:start + length], self.sine[start:start + length]
        mask = torch.full((length, length), -math.inf).triu(1) if length > 1 else None
        x = self.embed(tokens)
        for i, block in enumerate(self.blocks):
            x = block(x, cosine, sine, mask, caches[i] if caches is not None else None)
        return self.norm(x)


def pad(samples):
    """(tokens, targets) of samples given as (tokens, length of the prompt)."""
    longest = max(len(tokens) for tokens, _ in samples)
    tokens = torch.zeros(len(samples), longest, dtype=torch.long)
    targets = torch.full((len(samples), longest), -100)
    for i, (sample, prompt) in enumerate(samples):
        tokens[i, :len(sample)] = torch.tensor(sample)
        targets[i, prompt - 1:len(sample) - 1] = torch.tensor(sample[prompt:])
    return tokens, targets


def step(model, optimizer, tokens, targets, together):
    wanted = targets >= 0
    loss = F.cross_entropy(model.head(model(tokens)[wanted]), targets[wanted])
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    if together:
        flat = torch.cat([p.grad.view(-1) for p in model.parameters()])
        dist.all_reduce(flat)
        at = 0
        for p in model.parameters():
            p.grad.copy_(flat[at:at + p.numel()].view_as(p) / 2)
            at += p.numel()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def train(vocabulary, batches, together):
    model = Model(vocabulary)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.01, foreach=True)
    made = [pad(batch) for batch in batches]
    step(model, optimizer, *made[0], together)
    if together:
        dist.barrier()
    start = time.perf_counter()
    for tokens, targets in made:
        step(model, optimizer, tokens, targets, together)
    if together:
        dist.barrier()
    return time.perf_counter() - start


def process(rank, port, vocabulary, batches, out):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
    out.put(train(vocabulary, batches[rank::2], True))
    dist.destroy_process_group()


def train_parallel(vocabulary, samples):
    ordered = sorted(samples, key=lambda s: len(s[0]))
    batches = [ordered[i:i + BATCH // 2] for i in range(0, len(ordered) - BATCH // 2 + 1, BATCH // 2)]
    pairs = [batches[i:i + 2] for i in range(0, len(batches) - 1, 2)]
    random.Random(1).shuffle(pairs)
    batches = [batch for pair in pairs[:STEPS] for batch in pair]
    out = mp.get_context("spawn").Queue()
    mp.spawn(process, (random.randint(20000, 60000), vocabulary, batches, out), nprocs=2, join=True)
    return sum(len(t) for batch in batches for t, _ in batch) / max(out.get(), out.get())


def train_plain(vocabulary, samples):
    torch.set_num_threads(2)
    shuffled = random.Random(1).sample(samples, len(samples))
    batches = [shuffled[i:i + BATCH] for i in range(0, STEPS * BATCH, BATCH)]
    return sum(len(t) for batch in batches for t, _ in batch) / train(vocabulary, batches, False)


@torch.no_grad()
def decode(vocabulary):
    """512 prompts of 14 tokens, 56 new ones each."""
    torch.set_num_threads(2)
    model = Model(vocabulary)
    start = time.perf_counter()
    for _ in range(2):
        caches = [[] for _ in range(LAYERS)]
        tokens = torch.randint(vocabulary, (256, 14))
        last = model(tokens, 0, caches)[:, -1:]
        for at in range(14, 70):
            tokens = model.head(last).argmax(-1)
            last = model(tokens, at, caches)
    return 512 * 56 / (time.perf_counter() - start)


def own_training(program, spec, folder, number):
    run = f"{folder}/run{number}"
    subprocess.run([program, "train", spec, "-o", run], check=True, capture_output=True)
    with open(run + "/result.json") as file:
        return json.load(file)["tokens_per_second"]


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        spec = folder + "/spec.yaml"
        with open(spec, "w") as file:
            file.write(SPEC % SAMPLES)
        lines = subprocess.run([program, "gen", spec, "-n", str(SAMPLES), "-o", "-"], check=True, capture_output=True,
                               text=True).stdout.splitlines()
        split = lambda text: re.findall(r"[A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]", text)
        words = {"<pad>": 0, "<bos>": 1, "<eos>": 2}
        encode = lambda text: [words.setdefault(piece, len(words)) for piece in split(text)]
        samples = []
        for line in map(json.loads, lines):
            prompt = [1] + encode(line["prompt"])
            samples.append((prompt + encode(line["completion"]) + [2], len(prompt)))
        figures = {name: [] for name in ("own", "parallel", "plain", "own_decoding", "decoding")}
        for i in range(rounds):
            figures["own"].append(own_training(program, spec, folder, i))
            figures["parallel"].append(train_parallel(len(words), samples))
            figures["plain"].append(train_plain(len(words), samples))
            bench = subprocess.run([program, "bench", "--rounds", "1", "--json"], check=True, capture_output=True)
            figures["own_decoding"].append(json.loads(bench.stdout)["decoding_tokens_per_second"])
            figures["decoding"].append(decode(len(words)))
    ratio = lambda a, b: statistics.median(x / y for x, y in zip(figures[a], figures[b]))
    middle = lambda name: statistics.median(figures[name])
    level = json.loads(bench.stdout)["level"]
    print(f"PyTorch {torch.__version__}, cotnoise with {level}; medians of {rounds} rounds, tokens/s")
    print(f"training: cotnoise {middle('own'):.0f}, PyTorch, two processes {middle('parallel'):.0f} "
          f"(ratio {ratio('own', 'parallel'):.1f}), plain padded loop {middle('plain'):.0f} "
          f"(ratio {ratio('own', 'plain'):.1f})")
    print(f"decoding: cotnoise {middle('own_decoding'):.0f}, PyTorch {middle('decoding'):.0f} "
          f"(ratio {ratio('own_decoding', 'decoding'):.1f})")


if __name__ == "__main__":
    main()
