/* Reads the texts of JSONL lines by the tokenizer of a checkpoint, and writes them again, with Hugging Face's own
 * code: the published JavaScript packages, and the Rust library that Python's AutoTokenizer runs too. The ids must be
 * those of the expression below, each piece in the vocabulary and <bos> in front, and the text the same.
 *
 *     node tokens.mjs CHECKPOINT FILE.jsonl ...       a line of output for each file */
import { basename, dirname, resolve } from "node:path";
import { readFileSync } from "node:fs";
import native from "@anush008/tokenizers";
import { Tokenizer } from "@huggingface/tokenizers";
import { AutoTokenizer, env } from "@huggingface/transformers";

const [checkpoint, ...files] = process.argv.slice(2);
const load = (name) => JSON.parse(readFileSync(`${checkpoint}/${name}`, "utf8"));
const vocabulary = load("tokenizer.json").model.vocab;
/* The special ones, which our program never reads, are there for what a model may write. */
const pieces = /<(?:pad|bos|eos|unk)>|[A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]/g;

const published = new Tokenizer(load("tokenizer.json"), load("tokenizer_config.json"));
const rust = native.Tokenizer.fromFile(`${checkpoint}/tokenizer.json`);
env.allowRemoteModels = false;
env.localModelPath = dirname(resolve(checkpoint));
const automatic = await AutoTokenizer.from_pretrained(basename(resolve(checkpoint)));
const special = (keep) => ({ skip_special_tokens: !keep });
const readers = {
    "@huggingface/tokenizers": {
        encode: (text) => published.encode(text).ids,
        decode: (ids, keep) => published.decode(ids, special(keep)),
    },
    "@huggingface/transformers": {
        encode: (text) => automatic.encode(text),
        decode: (ids, keep) => automatic.decode(ids, special(keep)),
    },
    "tokenizers (Rust)": {
        encode: async (text) => (await rust.encode(text)).getIds(),
        decode: (ids, keep) => rust.decode(ids, !keep),
    },
};

function expected(text) {
    return [vocabulary["<bos>"], ...text.match(pieces).map((piece) => vocabulary[piece])];
}

/* What decoding gives, special tokens left out or, behind the first <bos>, kept. */
async function rewritten(reader, ids, text) {
    const kept = await reader.decode(ids.slice(1), true);
    return kept !== text || /<[a-z]{3}>/.test(text) ? kept : reader.decode(ids, false);
}

/* Texts of a line: prompt and completion apart, and what a model reads and writes in one. */
function texts(line) {
    const { prompt, completion, completions = [completion] } = JSON.parse(line);
    return [prompt, ...completions.filter(Boolean).flatMap((text) => [text, prompt + text])];
}

async function check(file) {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const other = { ids: new Set(), text: new Set() }; /* lines that some reader takes otherwise */
    for (const [number, line] of lines.entries())
        for (const text of texts(line))
            for (const [name, reader] of Object.entries(readers)) {
                const ids = Array.from(await reader.encode(text)), written = await rewritten(reader, ids, text);
                if (String(ids) !== String(expected(text))) other.ids.add(number);
                if (written !== text) other.text.add(number);
                if (other.ids.size + other.text.size > 0 && !process.exitCode) {
                    process.exitCode = 1;
                    console.error(`${file}:${number + 1}: ${name} reads ${JSON.stringify(text)}\n` +
                        `    as ${ids} instead of ${expected(text)}\n    and writes ${JSON.stringify(written)}`);
                }
            }
    if (!lines[0]) process.exitCode = 1;
    console.log(`  ${basename(file)}: ids as ours in ${lines.length - other.ids.size} of ${lines.length} lines, ` +
        `text in ${lines.length - other.text.size}`);
}

for (const file of files) await check(file);
