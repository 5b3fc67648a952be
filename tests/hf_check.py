#!/usr/bin/python3
"""Checks a checkpoint against an independent GPT-NeoX in PyTorch, and makes one for the other direction.

    hf_check.py score DIR SCORED.jsonl    the log-probabilities that `cotnoise score DIR` wrote, to 1e-4
    hf_check.py foreign DIR OUT DTYPE     rewrites DIR as Hugging Face would save it: in two shards with an
                                          index, in DTYPE (F32, F16, BF16), the vocabulary in another order

The model below is written from the architecture's definition (Black et al. 2022, arXiv:2204.06745) and shares
nothing with the program. Needs PyTorch (Debian: python3-torch); without it the script says so and exits with 77.
"""
import json
import math
import re
import struct
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("skipped: PyTorch is not installed (Debian: python3-torch)")
    sys.exit(77)

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        raw = torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[entry["dtype"]])
        tensors[name] = raw.reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors, dtype):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = tensor.to(DTYPES[dtype]).contiguous().view(-1).view(torch.uint8).numpy().tobytes() \
            if dtype == "F32" else tensor.to(DTYPES[dtype]).contiguous().view(torch.int16).numpy().tobytes()
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def rotate(x, cosine, sine, dimensions):
    turned, rest = x[..., :dimensions], x[..., dimensions:]
    half = dimensions // 2
    swapped = torch.cat((-turned[..., half:], turned[..., :half]), dim=-1)
    return torch.cat((turned * cosine + swapped * sine, rest), dim=-1)


def logits(config, weights, tokens):
    """(T) token ids to (T, V) logits, in double precision."""
    heads, width = config["num_attention_heads"], config["hidden_size"]
    size = width // heads
    dimensions = int(size * config["rotary_pct"])
    length = len(tokens)
    angles = torch.arange(length, dtype=torch.float64)[:, None] / config["rotary_emb_base"] ** (
        torch.arange(0, dimensions, 2, dtype=torch.float64)[None] / dimensions)
    angles = torch.cat((angles, angles), dim=-1)[:, None, :]
    cosine, sine = angles.cos(), angles.sin()
    mask = torch.full((length, length), -math.inf, dtype=torch.float64).triu(1)
    w = lambda name: weights[name].double()
    norm = lambda x, name: F.layer_norm(x, (width,), w(name + ".weight"), w(name + ".bias"), config["layer_norm_eps"])
    linear = lambda x, name: F.linear(x, w(name + ".weight"), w(name + ".bias"))
    x = w("gpt_neox.embed_in.weight")[torch.tensor(tokens)]
    for layer in range(config["num_hidden_layers"]):
        at = f"gpt_neox.layers.{layer}."
        qkv = linear(norm(x, at + "input_layernorm"), at + "attention.query_key_value").view(length, heads, 3 * size)
        q, k, v = qkv[..., :size], qkv[..., size:2 * size], qkv[..., 2 * size:]
        q, k = rotate(q, cosine, sine, dimensions), rotate(k, cosine, sine, dimensions)
        scores = torch.einsum("thd,shd->hts", q, k) / math.sqrt(size) + mask
        mixed = torch.einsum("hts,shd->thd", scores.softmax(-1), v).reshape(length, width)
        inner = F.gelu(linear(norm(x, at + "post_attention_layernorm"), at + "mlp.dense_h_to_4h"))
        x = x + linear(mixed, at + "attention.dense") + linear(inner, at + "mlp.dense_4h_to_h")
    return F.linear(norm(x, "gpt_neox.final_layer_norm"), w("embed_out.weight"))


def encode(vocabulary, text):
    return [vocabulary[piece] for piece in re.findall(r"[A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]", text)]


def load_json(*path):
    with open("/".join(path)) as file:
        return json.load(file)


def check_score(directory, scored):
    config, weights = load_json(directory, "config.json"), read_safetensors(directory + "/model.safetensors")
    vocabulary = load_json(directory, "tokenizer.json")["model"]["vocab"]
    lines = worst = 0
    with open(scored) as file:
        for line in map(json.loads, file):
            prompt = [vocabulary["<bos>"]] + encode(vocabulary, line["prompt"])
            completion = encode(vocabulary, line["completion"]) + [vocabulary["<eos>"]]
            table = logits(config, weights, prompt + completion).log_softmax(-1)
            expected = [table[len(prompt) - 1 + i, token].item() for i, token in enumerate(completion)]
            assert len(expected) == len(line["token_logprobs"]), "number of token_logprobs"
            worst = max([worst] + [abs(a - b) for a, b in zip(expected, line["token_logprobs"])])
            lines += 1
    assert lines > 0, "no lines"
    print(f"{lines} completions, largest difference of a log-probability {worst:.2e}")
    assert worst < 1e-4, "differs by more than 1e-4"


def make_foreign(directory, out, dtype):
    config, weights = load_json(directory, "config.json"), read_safetensors(directory + "/model.safetensors")
    tokenizer, settings = load_json(directory, "tokenizer.json"), load_json(directory, "tokenizer_config.json")
    vocabulary = tokenizer["model"]["vocab"]
    config.pop("cotnoise", None)
    count = len(vocabulary)
    order = [(i * 7 + 3) % count if count % 7 else count - 1 - i for i in range(count)]  # new id -> old id
    words = {old: word for word, old in vocabulary.items()}
    tokenizer["model"]["vocab"] = {words[old]: new for new, old in enumerate(order)}
    for token in tokenizer["added_tokens"]:
        token["id"] = order.index(token["id"])
    for name in ("gpt_neox.embed_in.weight", "embed_out.weight"):
        weights[name] = weights[name][torch.tensor(order)]
    names = sorted(weights)
    weight_map = {}
    for shard, part in enumerate((names[::2], names[1::2])):
        file = f"model-{shard + 1:05}-of-00002.safetensors"
        write_safetensors(f"{out}/{file}", {name: weights[name] for name in part}, dtype)
        weight_map.update({name: file for name in part})
    for name, value in (("model.safetensors.index.json", {"metadata": {}, "weight_map": weight_map}),
                        ("config.json", config), ("tokenizer.json", tokenizer), ("tokenizer_config.json", settings)):
        with open(f"{out}/{name}", "w") as file:
            json.dump(value, file)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "score":
        check_score(*sys.argv[2:])
    elif len(sys.argv) == 5 and sys.argv[1] == "foreign":
        make_foreign(*sys.argv[2:])
    else:
        sys.exit(__doc__)
