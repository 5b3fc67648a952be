/* Every kernel against a plain one in double, at every level that this processor has, over odd shapes and
 * edges; all levels must give the same bits. Where to start: tests/kernels/check.h.
 *
 * With --bench, times them side by side instead; timings decide nothing. */
#include <string.h>

#include "nn/levels.h"
#include "tests/kernels/check.h"

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "--bench")) {
        check_bench();
        return 0;
    }
#define TEST(name) {#name, check_##name, NULL, NULL, NULL},
    const struct CMUnitTest tests[] = {KERNEL_LIST(TEST)};
#undef TEST
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
