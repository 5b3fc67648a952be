/* The numbers in the documents are those of the committed CSV files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/shell.h"

static void numbers_agree(void **state) {
    (void)state;
    shell_expect(0, "experiments/fill.py --check results/README.md");
    shell_expect(0, "experiments/fill.py --check README.md");
}

/* The check can fail: one digit changed is noticed. */
static void a_changed_number_is_noticed(void **state) {
    (void)state;
    shell_expect(0, "printf '%%s' '<!--= accuracy headline rate=0 -->1.000 (1.000-1.000)<!--/-->' "
                    "> \"$SCRATCH/good.md\"; experiments/fill.py --check \"$SCRATCH/good.md\"");
    const char *output = shell_expect(1, "sed s/1.000/1.001/ \"$SCRATCH/good.md\" > \"$SCRATCH/bad.md\"; "
                                         "experiments/fill.py --check \"$SCRATCH/bad.md\"");
    assert_non_null(strstr(output, "the CSV says"));
    shell_expect(0, "experiments/fill.py \"$SCRATCH/bad.md\"; cmp \"$SCRATCH/good.md\" \"$SCRATCH/bad.md\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_agree),
                                       cmocka_unit_test(a_changed_number_is_noticed)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
