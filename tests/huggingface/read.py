"""What a tokenizer.json says, by the rules of Hugging Face's tokenizers for the few parts that ours has: standard
library only, so that every `make check` holds the file against our own texts. That those rules are understood here as
there is what `make check-huggingface` shows.

    read.py tokenizer.json LINES.jsonl      each line {"ids": [...], "text": "..."}, ids without <bos>
"""
import json
import re
import sys


def encode(tokenizer, text):
    split, vocabulary = tokenizer["pre_tokenizer"], tokenizer["model"]["vocab"]
    assert (split["type"], split["behavior"], split["invert"]) == ("Split", "Removed", True)
    ids = [vocabulary[piece] for piece in re.findall(split["pattern"]["Regex"], text)]
    template = tokenizer["post_processor"]
    assert template["type"] == "TemplateProcessing"
    made = []
    for piece in template["single"]:
        special = template["special_tokens"].get(piece.get("SpecialToken", {}).get("id"))
        made += special["ids"] if special else ids
    return made


def decode(tokenizer, ids):
    tokens = {i: token for token, i in tokenizer["model"]["vocab"].items()}
    parts = [tokens[i] for i in ids]
    assert tokenizer["decoder"]["type"] == "Sequence"
    for step in tokenizer["decoder"]["decoders"]:
        if step["type"] == "WordPiece":
            assert not step["cleanup"] and not any(part.startswith(step["prefix"]) for part in parts)
            parts = parts[:1] + [" " + part for part in parts[1:]]
        elif step["type"] == "Fuse":
            parts = ["".join(parts)]
        elif step["type"] == "Replace":
            parts = [re.sub(step["pattern"]["Regex"], step["content"], part) for part in parts]
        else:
            sys.exit(f"decoder: {step['type']} is not known here")
    return "".join(parts)


tokenizer, lines = json.load(open(sys.argv[1])), 0
special = {token["id"] for token in tokenizer["added_tokens"]}
bos = tokenizer["model"]["vocab"]["<bos>"]
for line in map(json.loads, open(sys.argv[2])):
    written = decode(tokenizer, line["ids"])
    if written != line["text"]:
        sys.exit(f"{line['ids']} are {line['text']!r}, decoded as {written!r}")
    if not special & set(line["ids"]) and encode(tokenizer, line["text"]) != [bos] + line["ids"]:
        sys.exit(f"{line['text']!r} is {line['ids']}, encoded as {encode(tokenizer, line['text'])}")
    lines += 1
print(lines, "lines")
