/* pass@k and its companions as a table. See pass_table.h. */
#include "cli/pass_table.h"

#include <math.h>

#include "base/plural.h"

void pass_table_print(const struct pass_evaluation *pass, double temperature, FILE *stream) {
    int64_t n = pass->samples;
    fprintf(stream, "\n%lld completion%s a problem, drawn at temperature %g:\n", (long long)n, plural_s(n),
            temperature);
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
    if (isnan(pass->unsound))
        fprintf(stream, "unsound        -\n");
    else
        fprintf(stream, "unsound        %.4f of the right answers\n", pass->unsound);
    fprintf(stream, "malformed      %.4f\ncut off        %.4f\n", pass->malformed, pass->truncated);
    fprintf(stream, "right answers  %.2f different completions a problem, %.2f of them with a right trace\n",
            pass->unique_completions, pass->unique_traces);
}
