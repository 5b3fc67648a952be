/* Shares of completions as a table. See pass_table.h. */
#include "cli/pass_table.h"

#include <math.h>

#include "base/plural.h"

static void print_unsound(double unsound, FILE *stream) {
    if (isnan(unsound))
        fprintf(stream, "unsound        -\n");
    else
        fprintf(stream, "unsound        %.4f of the right answers\n", unsound);
}

void pass_table_print_evaluation(const struct evaluation *e, FILE *stream) {
    fprintf(stream,
            "accuracy       %.4f   (95 %% interval %.4f to %.4f; %lld of %lld problems)\n"
            "trace accuracy %.4f\nline accuracy  %.4f\nmalformed      %.4f\n",
            e->accuracy, e->interval.low, e->interval.high, (long long)e->correct, (long long)e->problems,
            e->trace_accuracy, e->line_accuracy, e->malformed);
    print_unsound(e->unsound, stream);
    if (!isnan(e->test_loss)) fprintf(stream, "test loss      %.4f nats a token\n", e->test_loss);
}

void pass_table_print(const struct pass_evaluation *pass, const char *drawn, const char *unended,
                      FILE *stream) {
    int64_t n = pass->samples;
    fprintf(stream, "\n%lld completion%s a problem%s:\n", (long long)n, plural_s(n), drawn);
    int64_t k;
    double share;
    struct interval interval;
    for (int i = 0; (k = pass_evaluation_k(pass, i, &share, &interval)) > 0; i++) {
        char name[32];
        snprintf(name, sizeof name, "pass@%lld", (long long)k);
        fprintf(stream, "%-14s %.4f   (95 %% interval %.4f to %.4f)\n", name, share, interval.low,
                interval.high);
    }
    fprintf(stream, "majority       %.4f   of the problems: the commonest answer is right\n", pass->majority);
    fprintf(stream, "trace accuracy %.4f\n", pass->trace_accuracy);
    print_unsound(pass->unsound, stream);
    fprintf(stream, "malformed      %.4f\n%-14s %.4f\n", pass->malformed, unended, pass->truncated);
    fprintf(stream, "right answers  %.2f different completions a problem, %.2f of them with a right trace\n",
            pass->unique_completions, pass->unique_traces);
}
