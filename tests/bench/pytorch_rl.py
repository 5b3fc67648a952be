#!/usr/bin/python3
"""Reinforcement learning by cotnoise and by a PyTorch loop written by hand: the same model and shapes, in turn.

    pytorch_rl.py PROGRAM [ROUNDS]

An iteration of GRPO with the preset tiny on addition of 1 to 3 digits: 32 prompts x 8 completions are sampled at
temperature 1, then one step of AdamW learns from all of them. cotnoise's figures are those of `cotnoise bench`, which
judges every completion as well; the PyTorch loop throws coins. PyTorch at its best: prompts and completions of one
length each, the mean of the true ones, so that nothing is padded and nothing waits; the batch's key-value cache lies
ready; no gradients while sampling; chunks of the batch as large as is fastest; foreach AdamW. Beside it, what the spread of
the true lengths costs it (`true lengths`): a finished completion waits for the longest of its batch, and is padded in
the step. Compared are one thread against one process of one thread, and two threads against the faster of two processes
that add their gradients up and one process of two threads. Prints medians and ratios; about a minute a round. Needs
PyTorch (Debian: python3-torch).
"""
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait must not take time from the other process

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

LAYERS, WIDTH, HEADS, FFN = 2, 64, 4, 256  # the preset tiny, rotary on whole heads
SIZE = WIDTH // HEADS
PROMPTS, GENERATIONS = 32, 8
ITERATIONS = 2  # that are timed, after one that is not
CHUNKS = (64, 256)  # completions that a backward pass takes at once: the faster one counts
SPEC = "name: rl\nseeds: [1]\ntask: {name: add, min_digits: 1, max_digits: 3}\n"


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.dense = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, FFN), nn.Linear(FFN, WIDTH)

    def forward(self, x, cosine, sine, mask, start, cache):
        batch, length, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, length, HEADS, 3 * SIZE).transpose(1, 2).chunk(3, -1)
        half = SIZE // 2
        turn = lambda t: t * cosine + torch.cat((-t[..., half:], t[..., :half]), -1) * sine
        q, k = turn(q), turn(k)
        if cache is not None:
            end = start + length
            cache[0][:, :, start:end], cache[1][:, :, start:end] = k, v
            k, v = cache[0][:, :, :end], cache[1][:, :, :end]
        scores = q @ k.transpose(-1, -2) / math.sqrt(SIZE)
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
        angles = torch.arange(512)[:, None] / 10000 ** (torch.arange(0, SIZE, 2)[None] / SIZE)
        self.cosine, self.sine = (torch.cat((f(angles), f(angles)), -1) for f in (torch.cos, torch.sin))

    def forward(self, tokens, start=0, caches=None):
        length = tokens.shape[1]
        cosine, sine = self.cosine[start:start + length], self.sine[start:start + length]
        mask = torch.full((length, length), -math.inf).triu(1) if length > 1 else None
        x = self.embed(tokens)
        for i, block in enumerate(self.blocks):
            x = block(x, cosine, sine, mask, start, caches[i] if caches is not None else None)
        return self.norm(x)


@torch.inference_mode()
def sample(model, vocabulary, prompt, lengths, caches):
    """Completions of such lengths: tokens (prompt first), and the log-probability of each that was drawn."""
    batch, longest = len(lengths), int(lengths.max())
    tokens = torch.zeros(batch, prompt + longest, dtype=torch.long)
    groups = batch // GENERATIONS
    tokens[:, :prompt] = torch.randint(vocabulary, (groups, prompt)).repeat_interleave(GENERATIONS, 0)
    old = torch.zeros(batch, longest)
    last = model(tokens[:, :prompt], 0, caches)[:, -1]
    for t in range(longest):
        likely = F.log_softmax(model.head(last), -1)
        drawn = likely.exp().multinomial(1)
        old[:, t] = likely.gather(1, drawn)[:, 0]
        tokens[:, prompt + t] = torch.where(t < lengths, drawn[:, 0], 0)  # a finished one goes on as padding
        if t + 1 < longest:
            last = model(tokens[:, prompt + t:prompt + t + 1], prompt + t, caches)[:, -1]
    return tokens, old


def advantages(rewards):
    groups = rewards.view(-1, GENERATIONS)
    return ((groups - groups.mean(1, True)) / (groups.std(1, keepdim=True) + 1e-4)).view(-1)


def learn(model, optimizer, tokens, old, lengths, prompt, chunk, together):
    A = advantages(torch.randint(2, (len(lengths),)).float())
    total = int(lengths.sum()) * (2 if together else 1)
    optimizer.zero_grad(set_to_none=True)
    for part in range(0, len(lengths), chunk):
        cut = slice(part, part + chunk)
        rows = model(tokens[cut, :-1])[:, prompt - 1:]
        wanted = torch.arange(rows.shape[1])[None] < lengths[cut, None]
        lp = -F.cross_entropy(model.head(rows[wanted]), tokens[cut, prompt:][wanted], reduction="none")
        ratio = (lp - old[cut][wanted]).exp()
        A_t = A[cut, None].expand(-1, rows.shape[1])[wanted]
        loss = -torch.min(ratio * A_t, ratio.clamp(0.8, 1.2) * A_t).sum() / total
        loss.backward()
    if together:
        flat = torch.cat([p.grad.view(-1) for p in model.parameters()])
        dist.all_reduce(flat)
        at = 0
        for p in model.parameters():
            p.grad.copy_(flat[at:at + p.numel()].view_as(p))
            at += p.numel()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def loop(vocabulary, prompt, lengths, chunk, together):
    """Seconds of sampling, and of whole iterations."""
    model = Model(vocabulary)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, betas=(0.9, 0.95), weight_decay=0.01, foreach=True)
    room = (len(lengths), HEADS, prompt + int(lengths.max()), SIZE)
    caches = [(torch.zeros(room), torch.zeros(room)) for _ in range(LAYERS)]
    drawing = whole = 0
    for i in range(ITERATIONS + 1):
        if together:
            dist.barrier()
        started = time.perf_counter()
        tokens, old = sample(model, vocabulary, prompt, lengths, caches)
        drawn = time.perf_counter()
        learn(model, optimizer, tokens.clone(), old.clone(), lengths, prompt, chunk, together)
        if i:
            drawing += drawn - started
            whole += time.perf_counter() - started
    return drawing, whole


def process(rank, port, vocabulary, prompt, lengths, out):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
    half = lengths[rank * len(lengths) // 2:(rank + 1) * len(lengths) // 2]
    out.put([loop(vocabulary, prompt, half, chunk, True) for chunk in CHUNKS])
    dist.destroy_process_group()


def two_processes(vocabulary, prompt, lengths):
    out = mp.get_context("spawn").Queue()
    mp.spawn(process, (random.randint(20000, 60000), vocabulary, prompt, lengths, out), nprocs=2, join=True)
    return [tuple(max(pair) for pair in zip(a, b)) for a, b in zip(out.get(), out.get())]


def one_process(threads, vocabulary, prompt, lengths):
    torch.set_num_threads(threads)
    return [loop(vocabulary, prompt, lengths, chunk, False) for chunk in CHUNKS]


def speeds(times):
    """Rollouts a second while sampling, and in whole iterations, each with the chunk that is fastest."""
    count = ITERATIONS * PROMPTS * GENERATIONS
    return [max(count / seconds for seconds in column) for column in zip(*times)]


def true_lengths(program):
    """Tokens of the true completions of a batch's prompts, <eos> included."""
    text = subprocess.run([program, "gen", "-", "-n", str(PROMPTS), "-o", "-"], input=SPEC, check=True,
                          capture_output=True, text=True).stdout
    split = lambda text: re.findall(r"[A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]", text)
    return [1 + len(split(json.loads(line)["completion"])) for line in text.splitlines()]


def bench(program, threads):
    command = [program, "bench", "--preset", "tiny", "--threads", str(threads), "--rounds", "1", "--json"]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures, [figures["rollouts_per_second"], figures["grpo_rollouts_per_second"]]


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    spread = torch.tensor(true_lengths(program)).repeat_interleave(GENERATIONS)
    vocabulary = 32  # tokens: so many has the task's vocabulary
    measured = {}
    note = lambda name, pair: measured.setdefault(name, []).append(pair)
    for _ in range(rounds):
        figures, pair = bench(program, 1)
        note("own, one", pair)
        prompt, written = round(figures["rollout_prompt_tokens"]), round(figures["rollout_tokens"])
        shape = (vocabulary, prompt, torch.full((PROMPTS * GENERATIONS,), written))
        spread_shape = (vocabulary, prompt, spread)
        note("one", speeds(one_process(1, *shape)))
        note("one, true lengths", speeds(one_process(1, *spread_shape)))
        note("own, two", bench(program, 2)[1])
        for name, lengths in (("two", shape), ("two, true lengths", spread_shape)):
            ways = [speeds(two_processes(*lengths)), speeds(one_process(2, *lengths))]
            note(name, [max(column) for column in zip(*ways)])
    print(f"PyTorch {torch.__version__}, cotnoise with {figures['level']}; {PROMPTS} prompts of {prompt} tokens x "
          f"{GENERATIONS} completions of {written}; medians of {rounds} rounds, rollouts/s "
          f"(load {os.getloadavg()[0]:.1f})")
    for own, others in (("own, one", ("one", "one, true lengths")), ("own, two", ("two", "two, true lengths"))):
        for what, name in enumerate(("drawn", "whole iterations")):
            middle = lambda key: statistics.median(pair[what] for pair in measured[key])
            ratio = lambda key: statistics.median(a[what] / b[what] for a, b in zip(measured[own], measured[key]))
            print(f"{own[5:]} thread{'s' if own[5:] == 'two' else ''}, {name}: cotnoise {middle(own):.0f}, PyTorch "
                  + ", ".join(f"{key[5:] or 'one length'} {middle(key):.0f} (ratio {ratio(key):.1f})" for key in others))


if __name__ == "__main__":
    main()
