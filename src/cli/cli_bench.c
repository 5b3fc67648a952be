/* cotnoise bench: speed of training, decoding and reinforcement learning on this machine. */
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json_file.h"
#include "base/openblas.h"
#include "base/processors.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "nn/levels.h"
#include "nn/speed.h"
#include "record/machine.h"
#include "reinforce/rollout_speed.h"

static const char usage[] =
    "usage: cotnoise bench [--preset PRESET] [--threads T] [--recompute] [--json]\n\n"
    "Measures training and decoding of a preset on synthetic samples, and in the same minute the best that\n"
    "the machine does: OpenBLAS's product of 2048 x 2048 matrices, and multiply-adds that never leave the\n"
    "registers. Figures are medians; speeds as GFLOP/s count the model's arithmetic.\n\n"
    "Rollouts (presets up to a width of 128) are completions of additions of 1 to 3 digits, 32 problems x "
    "8,\n"
    "drawn and judged; GRPO is whole iterations, with one step on them. Weights are random, completions as\n"
    "long as true ones are in the mean, and rewards thrown like coins, so that nearly all of them are "
    "learned\n"
    "from: the most that an iteration can cost.\n\n"
    "      --preset PRESET   tiny, small (default), base, pythia-14m ... pythia-410m\n"
    "      --threads T       threads (default 2, or 1 where there is but one processor to use)\n"
    "      --rounds N        how often each is measured (default 5)\n"
    "      --recompute       as train.recompute: less memory, more arithmetic\n"
    "      --json            one JSON object instead of text\n"
    "  -h, --help            this text\n";

/* All that was measured. */
struct benchmark {
    struct speed speed;
    struct rollout_speed rollouts; /* all 0: not measured */
};

/* A model wider than this takes long for an iteration. */
enum { ROLLOUT_WIDTH = 128 };

static void print_text(const struct gpt_preset *preset, int threads, const struct benchmark *figures) {
    const struct speed *s = &figures->speed;
    const struct rollout_speed *r = &figures->rollouts;
    printf("%s: %zu parameters; threads: %d; kernels: %s; OpenBLAS: %s\n\n", preset->name, s->parameters,
           threads, levels_name(), openblas_core());
    printf("training    %9.0f tokens/s  %7.1f GFLOP/s\n", s->training, s->training_gflops);
    if (s->decoding > 0) printf("decoding    %9.0f tokens/s  (%d prompts)\n", s->decoding, SPEED_PROMPTS);
    if (r->drawing > 0)
        printf("rollouts    %9.0f a second (%d problems x %d, %.1f + %.0f tokens)\n"
               "GRPO        %9.0f rollouts a second, learned from\n",
               r->drawing, r->prompts, r->generations, r->prompt, r->completion, r->learning);
    printf("sgemm peak  %27.1f GFLOP/s  training reaches %.2f of it\n", s->gemm_peak, s->gemm_share);
    printf("FMA peak    %27.1f GFLOP/s  training reaches %.2f of it\n", s->fma_peak, s->fma_share);
    printf("memory      %9.0f MB for training, %.0f MB peak of the process\n", s->training_bytes * 1e-6,
           s->peak_bytes * 1e-6);
    if (threads > 1)
        printf("threads     %d threads / 1: %.2f; %d workers of one thread / 1: %.2f; FMA loop: %.2f\n",
               threads, s->thread_ratio, threads, s->worker_ratio, s->fma_ratio);
    printf("\ntime of training by kernel\n");
    for (int part = 0; part < TIMING_PARTS; part++)
        printf("  %-26s %5.1f %%\n", timing_names[part], 100 * s->part[part]);
}

static json_t *measured_or_null(double figure) { return figure > 0 ? json_real(figure) : json_null(); }

static enum err print_json(const struct gpt_preset *preset, int threads, const struct benchmark *figures,
                           struct error *error) {
    const struct speed *s = &figures->speed;
    const struct rollout_speed *r = &figures->rollouts;
    char processor[128];
    machine_processor(processor, sizeof processor);
    json_t *parts = json_object();
    for (int part = 0; part < TIMING_PARTS; part++)
        json_object_set_new(parts, timing_names[part], json_real(s->part[part]));
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:f, s:f, s:o, s:f, s:f, s:f, s:f, s:I, s:I, "
        "s:f, s:f, s:f, "
        "s:f, s:f, s:f, s:o}",
        "preset", preset->name, "version", machine_version(), "commit", machine_commit(), "cpu", processor,
        "level", levels_name(), "openblas_core", openblas_core(), "threads", threads, "parameters",
        (json_int_t)s->parameters, "training_tokens_per_second", s->training, "training_gflops",
        s->training_gflops, "decoding_tokens_per_second", measured_or_null(s->decoding), "sgemm_peak_gflops",
        s->gemm_peak, "sgemm_share", s->gemm_share, "fma_peak_gflops", s->fma_peak, "fma_share", s->fma_share,
        "training_bytes", (json_int_t)s->training_bytes, "peak_bytes", (json_int_t)s->peak_bytes,
        "one_thread_tokens_per_second", s->one_thread, "workers_tokens_per_second", s->workers,
        "thread_ratio", s->thread_ratio, "worker_ratio", s->worker_ratio, "fma_one_gflops", s->fma_one,
        "fma_ratio", s->fma_ratio, "time_share", parts);
    json_object_set_new(json, "rollouts_per_second", measured_or_null(r->drawing));
    json_object_set_new(json, "grpo_rollouts_per_second", measured_or_null(r->learning));
    json_object_set_new(json, "rollout_prompt_tokens", measured_or_null(r->prompt));
    json_object_set_new(json, "rollout_tokens", measured_or_null(r->completion));
    json_object_set_new(json, "rollout_share_learned", measured_or_null(r->learned));
    char *text = json_file_dump(json, JSON_INDENT(1));
    if (text) puts(text);
    free(text);
    json_decref(json);
    return text ? ERR_OK : err_memory(error, "the figures");
}

static enum err find_preset(const char *name, const struct gpt_preset **preset, struct error *error) {
    *preset = gpt_preset_find(name);
    if (*preset) return ERR_OK;
    struct buffer names = {0};
    for (const struct gpt_preset *p = gpt_presets; p->name; p++)
        buffer_printf(&names, "%s%s", names.length ? ", " : "", p->name);
    enum err code =
        err_set(error, ERR_INPUT, "--preset %s: unknown (allowed: %s)", name, names.bytes ? names.bytes : "");
    buffer_free(&names);
    return code;
}

enum err cli_bench(int argc, char **argv, struct error *error) {
    enum { PRESET = 256, THREADS, ROUNDS, RECOMPUTE, JSON };
    static const struct option options[] = {{"preset", required_argument, 0, PRESET},
                                            {"threads", required_argument, 0, THREADS},
                                            {"rounds", required_argument, 0, ROUNDS},
                                            {"recompute", no_argument, 0, RECOMPUTE},
                                            {"json", no_argument, 0, JSON},
                                            {"help", no_argument, 0, 'h'},
                                            {0, 0, 0, 0}};
    struct speed_options chosen = {.preset = gpt_preset_find("small")};
    int64_t threads = processors_available() > 1 ? 2 : 1, rounds = 5;
    bool as_json = false;
    enum err code = ERR_OK;
    for (int c; !code && (c = getopt_long(argc, argv, ":h", options, NULL)) != -1;) switch (c) {
        case PRESET: code = find_preset(optarg, &chosen.preset, error); break;
        case THREADS: code = arguments_integer("--threads", optarg, 1, 64, &threads, error); break;
        case ROUNDS: code = arguments_integer("--rounds", optarg, 1, 99, &rounds, error); break;
        case RECOMPUTE: chosen.recompute = true; break;
        case JSON: as_json = true; break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: code = arguments_refused(c, argv, options, error);
        }
    if (!code && optind < argc)
        code = err_set(error, ERR_INPUT, "'%s': no argument is expected", argv[optind]);
    struct benchmark figures = {0};
    chosen.threads = (int)threads;
    chosen.rounds = (int)rounds;
    if (!code) code = speed_measure(&chosen, &figures.speed, error);
    if (!code && chosen.preset->width <= ROLLOUT_WIDTH)
        code = rollout_speed_measure(chosen.preset, chosen.threads, chosen.rounds, &figures.rollouts, error);
    if (code) return code;
    if (as_json) return print_json(chosen.preset, chosen.threads, &figures, error);
    print_text(chosen.preset, chosen.threads, &figures);
    return ERR_OK;
}
