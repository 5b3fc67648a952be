/* What a model says in transformers.js, by its own tokenizer, against what our program says of it.
 *
 *     node model.mjs CHECKPOINT SCORED.jsonl EVALUATED.jsonl TOKENS
 *
 * SCORED is of `cotnoise score`: log-probabilities may differ by 1e-3, from sums in another order. EVALUATED is of
 * `cotnoise eval -o --max-new-tokens TOKENS`: completions are to be the same texts, generated greedily in one batch. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from "@huggingface/transformers";
import { exportCheckpoint } from "./onnx.mjs";

const [checkpoint, scored, evaluated, tokens] = process.argv.slice(2);
const out = `${resolve(checkpoint)}-onnx`;
exportCheckpoint(checkpoint, out);
env.allowRemoteModels = false;
env.localModelPath = dirname(out);
const tokenizer = await AutoTokenizer.from_pretrained(basename(out));
const model = await AutoModelForCausalLM.from_pretrained(basename(out), { dtype: "fp32", device: "cpu" });
const lines = (file) => readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));

function logProbability(row, token) {
    const most = row.reduce((a, b) => Math.max(a, b));
    return row[token] - most - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
}

const end = tokenizer.convert_tokens_to_ids(tokenizer.eos_token);

let worst = 0, compared = 0;
for (const { prompt, completion, token_logprobs: ours } of lines(scored)) {
    const ids = [...tokenizer.encode(prompt + completion), end];
    const first = tokenizer.encode(prompt).length, shape = [1, ids.length];
    const { logits } = await model({ input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
        attention_mask: new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape) });
    const [, , width] = logits.dims;
    if (ours.length !== ids.length - first) throw new Error(`${ids.length - first} tokens, ${ours.length} scores`);
    ours.forEach((value, i) => {
        const at = (first + i - 1) * width;
        worst = Math.max(worst, Math.abs(value - logProbability(logits.data.subarray(at, at + width), ids[first + i])));
    });
    compared += ours.length;
}
console.log(`  transformers.js: ${compared} log-probabilities, the largest difference is ${worst.toExponential(1)}`);
if (!(worst < 1e-3 && compared > 0)) process.exitCode = 1;

const problems = lines(evaluated), texts = problems.map(({ prompt }) => prompt);
const batch = tokenizer(texts, { padding: true });
const written = await model.generate({ ...batch, max_new_tokens: Number(tokens), do_sample: false, eos_token_id: end });
/* A text that has ended goes on until the last of the batch does; what is behind its end is no answer. */
const answers = written.slice(null, [batch.input_ids.dims[1], null]).tolist().map((row) => {
    const ids = row.map(Number), length = ids.indexOf(end);
    return tokenizer.decode(length < 0 ? ids : ids.slice(0, length), { skip_special_tokens: true });
});
let same = 0, right = 0, ours = 0;
problems.forEach(({ completion, answer, correct }, i) => {
    same += answers[i] === completion;
    ours += correct;
    right += answers[i].split("\n").at(-1) === `answer = ${answer}`;
    if (answers[i] !== completion && !process.exitCode) {
        process.exitCode = 1;
        console.error(`${evaluated}:${i + 1}: ${JSON.stringify(completion)} is ${JSON.stringify(answers[i])} there`);
    }
});
console.log(`  transformers.js: ${same} of ${problems.length} completions are ours; right: ${right}, ours ${ours}`);
if (right !== ours) process.exitCode = 1;
