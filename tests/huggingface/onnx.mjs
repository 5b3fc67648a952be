/* A checkpoint of GPT-NeoX as an ONNX graph, which is what transformers.js runs: keys and values of earlier tokens go
 * in and come out, so that it can generate. Written from ONNX's onnx.proto and operators of version 17, so that no
 * Python is needed. Float32 weights in one model.safetensors. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/* --- protocol buffers: a message is a list of [field, value], a value a number, a text, bytes or a message --- */

function varint(value) {
    const bytes = [];
    for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
        if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
        bytes.push(Number(rest & 127n) | 128);
    }
}

function message(fields) {
    return Buffer.concat(fields.map(([field, value]) => {
        if (typeof value === "number") return Buffer.concat([varint(field << 3), varint(value)]);
        const bytes = typeof value === "string" ? Buffer.from(value) : Array.isArray(value) ? message(value) : value;
        return Buffer.concat([varint(field << 3 | 2), varint(bytes.length), bytes]);
    }));
}

const FLOAT = 1, INT64 = 7;
const float = (value) => Buffer.from(Float32Array.of(value).buffer);

function attribute([name, value]) {
    if (Array.isArray(value)) return [5, [[1, name], ...value.map((one) => [8, one]), [20, 7]]];
    if (Number.isInteger(value)) return [5, [[1, name], [3, value], [20, 2]]];
    return [5, Buffer.concat([message([[1, name], [20, 1]]), varint(2 << 3 | 5), float(value)])]; /* field 2, 32 bits */
}

class Graph {
    constructor() {
        this.nodes = [];
        this.constants = [];
        this.count = 0;
    }
    /* Adds an operator; returns the name of its output, or of its `outputs` ones. */
    op(type, inputs, attributes = {}, outputs = 1) {
        const names = Array.from({ length: outputs }, () => `t${this.count++}`);
        this.nodes.push([1, [...inputs.map((name) => [1, name]), ...names.map((name) => [2, name]), [4, type],
            ...Object.entries(attributes).map(attribute)]]);
        return outputs === 1 ? names[0] : names;
    }
    constant(type, dims, values) {
        const name = `c${this.count++}`;
        const array = type === FLOAT ? Float32Array.from(values) : BigInt64Array.from(values, BigInt);
        this.constants.push([5, [...dims.map((dim) => [1, dim]), [2, type], [8, name],
            [9, Buffer.from(array.buffer, array.byteOffset, array.byteLength)]]]);
        return name;
    }
    ints(...values) { return this.constant(INT64, [values.length], values); }
    scalar(value) { return this.constant(FLOAT, [], [value]); }
    named(name, output) { this.nodes.push([1, [[1, name], [2, output], [4, "Identity"]]]); }
}

function described(field, name, type, dims) {
    const shape = dims.map((dim) => [1, [typeof dim === "number" ? [1, dim] : [2, dim]]]);
    return [field, [[1, name], [2, [[1, [[1, type], [2, shape]]]]]]];
}

/* --- the model --- */

function readWeights(path) {
    const file = readFileSync(path), length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.subarray(8, 8 + length));
    return (name) => {
        const { dtype, shape, data_offsets: [from, to] } = header[name];
        if (dtype !== "F32") throw new Error(`${name} is ${dtype}`);
        return { shape, values: new Float32Array(file.buffer.slice(file.byteOffset + 8 + length + from,
            file.byteOffset + 8 + length + to)) };
    };
}

function model(config, weight) {
    const g = new Graph(), inputs = [], outputs = [];
    const H = config.num_attention_heads, W = config.hidden_size, D = W / H, R = Math.floor(D * config.rotary_pct);
    const tensor = (name) => { const { shape, values } = weight(name); return g.constant(FLOAT, shape, values); };
    const linear = (x, name, biased = true) => {
        const { shape: [rows, columns], values } = weight(`${name}.weight`), turned = new Float32Array(values.length);
        for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c];
        const y = g.op("MatMul", [x, g.constant(FLOAT, [columns, rows], turned)]);
        return biased ? g.op("Add", [y, tensor(`${name}.bias`)]) : y;
    };
    const norm = (x, name) => g.op("LayerNormalization", [x, tensor(`${name}.weight`), tensor(`${name}.bias`)],
        { axis: -1, epsilon: config.layer_norm_eps });
    const table = (of) => { /* (positions, R): the angles of the first half again in the second */
        const values = [];
        for (let p = 0; p < config.max_position_embeddings; p++)
            for (let r = 0; r < R; r++) values.push(of(p * config.rotary_emb_base ** (-2 * (r % (R / 2)) / R)));
        const rows = g.op("Gather", [g.constant(FLOAT, [config.max_position_embeddings, R], values), "position_ids"]);
        return g.op("Unsqueeze", [rows, g.ints(1)]);
    };
    const cosines = table(Math.cos), sines = table(Math.sin);
    const rotate = (x) => {
        const [turning, rest] = R < D ? g.op("Split", [x, g.ints(R, D - R)], { axis: 3 }, 2) : [x];
        const [first, second] = g.op("Split", [turning, g.ints(R / 2, R / 2)], { axis: 3 }, 2);
        const swapped = g.op("Concat", [g.op("Neg", [second]), first], { axis: 3 });
        const turned = g.op("Add", [g.op("Mul", [turning, cosines]), g.op("Mul", [swapped, sines])]);
        return rest ? g.op("Concat", [turned, rest], { axis: 3 }) : turned;
    };
    /* A token sees those that are no padding and not behind it. */
    const counted = g.op("CumSum", ["attention_mask", g.constant(INT64, [], [1])]);
    const places = g.op("Unsqueeze", [g.op("Sub", [counted, g.ints(1)]), g.ints(1, 2)]);
    const before = g.op("LessOrEqual", [places, g.op("Unsqueeze", ["position_ids", g.ints(1, 3)])]);
    const there = g.op("Equal", [g.op("Unsqueeze", ["attention_mask", g.ints(1, 2)]), g.ints(1)]);
    const unseen = g.op("Where", [g.op("And", [before, there]), g.scalar(0), g.scalar(-1e9)]);

    let x = g.op("Gather", [tensor("gpt_neox.embed_in.weight"), "input_ids"]);
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
        const at = `gpt_neox.layers.${layer}.`;
        const projected = linear(norm(x, `${at}input_layernorm`), `${at}attention.query_key_value`);
        const qkv = g.op("Reshape", [projected, g.ints(0, 0, H, 3 * D)]);
        const heads = g.op("Transpose", [qkv], { perm: [0, 2, 1, 3] });
        const parts = g.op("Split", [heads, g.ints(D, D, D)], { axis: 3 }, 3);
        const past = ["key", "value"].map((kind) => `past_key_values.${layer}.${kind}`);
        const present = [rotate(parts[1]), parts[2]].map((now, i) => g.op("Concat", [past[i], now], { axis: 2 }));
        ["key", "value"].forEach((kind, i) => {
            inputs.push(described(11, past[i], FLOAT, ["batch_size", H, "past_sequence_length", D]));
            outputs.push(described(12, `present.${layer}.${kind}`, FLOAT, ["batch_size", H, "total", D]));
            g.named(present[i], `present.${layer}.${kind}`);
        });
        const keys = g.op("Transpose", [present[0]], { perm: [0, 1, 3, 2] });
        const products = g.op("MatMul", [rotate(parts[0]), keys]);
        const scores = g.op("Add", [g.op("Mul", [products, g.scalar(1 / Math.sqrt(D))]), unseen]);
        const mixed = g.op("MatMul", [g.op("Softmax", [scores], { axis: -1 }), present[1]]);
        const joined = g.op("Reshape", [g.op("Transpose", [mixed], { perm: [0, 2, 1, 3] }), g.ints(0, 0, W)]);
        const inner = linear(norm(x, `${at}post_attention_layernorm`), `${at}mlp.dense_h_to_4h`);
        const erf = g.op("Erf", [g.op("Mul", [inner, g.scalar(Math.SQRT1_2)])]);
        const gelu = g.op("Mul", [g.op("Mul", [inner, g.scalar(0.5)]), g.op("Add", [erf, g.scalar(1)])]);
        const sum = g.op("Add", [linear(joined, `${at}attention.dense`), linear(gelu, `${at}mlp.dense_4h_to_h`)]);
        x = g.op("Add", [x, sum]);
    }
    g.named(linear(norm(x, "gpt_neox.final_layer_norm"), "embed_out", false), "logits");
    inputs.unshift(described(11, "input_ids", INT64, ["batch_size", "sequence_length"]),
        described(11, "attention_mask", INT64, ["batch_size", "total"]),
        described(11, "position_ids", INT64, ["batch_size", "sequence_length"]));
    outputs.unshift(described(12, "logits", FLOAT, ["batch_size", "sequence_length", config.vocab_size]));
    const graph = [...g.nodes, [2, "gpt_neox"], ...g.constants, ...inputs, ...outputs];
    return message([[1, 8], [7, graph], [8, [[1, ""], [2, 17]]]]);
}

/* Writes into `out` what transformers.js loads. */
export function exportCheckpoint(checkpoint, out) {
    mkdirSync(`${out}/onnx`, { recursive: true });
    for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"])
        copyFileSync(`${checkpoint}/${name}`, `${out}/${name}`);
    const config = JSON.parse(readFileSync(`${checkpoint}/config.json`, "utf8"));
    writeFileSync(`${out}/onnx/model.onnx`, model(config, readWeights(`${checkpoint}/model.safetensors`)));
}
