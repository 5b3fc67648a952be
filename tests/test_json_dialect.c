/* JSON as other programs write it: what is read all the same, and what is a fault still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_dialect.h"

/* A text, and the compact JSON that is read from it; NULL: it is refused. */
static const struct {
    const char *text, *read;
} cases[] = {
    {"{\"a\":1}", "{\"a\":1}"},
    {"{\"a\":NaN,\"b\":[Infinity,-Infinity, NaN ]}", "{\"a\":null,\"b\":[null,null,null]}"},
    {"{\"NaN\":\"NaN, Infinity\",\"b\":NaN}", "{\"NaN\":\"NaN, Infinity\",\"b\":null}"},
    {"{\"a\":\"\\\"NaN\",\"b\":NaN}", "{\"a\":\"\\\"NaN\",\"b\":null}"},
    {"{\"a\":\"\\\\\",\"b\":NaN}", "{\"a\":\"\\\\\",\"b\":null}"},
    {"{\"a\":9223372036854775807}", "{\"a\":9223372036854775807}"},
    {"{\"a\":9223372036854775808}", "{\"a\":\"9223372036854775808\"}"},
    {"{\"a\":[-9223372036854775808,NaN]}", "{\"a\":[-9223372036854775808,null]}"},
    {"{\"a\":[9223372036854775807,NaN]}", "{\"a\":[9223372036854775807,null]}"},
    {"{\"a\":-9223372036854775809}", "{\"a\":\"-9223372036854775809\"}"},
    {"{\"a\":340282366920938463463374607431768211455}",
     "{\"a\":\"340282366920938463463374607431768211455\"}"},
    {"{\"a\":\"12345678901234567890\",\"b\":12345678901234567890}",
     "{\"a\":\"12345678901234567890\",\"b\":\"12345678901234567890\"}"},
    {"{\"a\":[1e999,-1e999,1.5,-2e-3,7]}", "{\"a\":[null,null,1.5,-0.002,7]}"},
    {"{\"a\":\"\\ud83d\"}", "{\"a\":\"\xef\xbf\xbd\"}"},
    {"{\"a\":\"\\ud83dx\\ude00\"}", "{\"a\":\"\xef\xbf\xbdx\xef\xbf\xbd\"}"},
    {"{\"a\":\"\\ud83d\\ude00\",\"b\":\"\\u0000\"}", "{\"a\":\"\xf0\x9f\x98\x80\",\"b\":\"\xef\xbf\xbd\"}"},
    {"{\"a\":\"\\\\ud83d\",\"b\":NaN}", "{\"a\":\"\\\\ud83d\",\"b\":null}"},
    {"{\"a\":NaNo}", NULL},
    {"{\"a\":+Infinity}", NULL},
    {"{\"a\":nan}", NULL},
    {"{\"a\":012345678901234567890}", NULL},
    {"{\"a\":--12345678901234567890}", NULL},
    {"{\"a\":1.2.3e999}", NULL},
    {"{\"a\":-}", NULL},
    {"{\"a\":1234", NULL},
    {"{\"a\":-12345678901234567890", NULL},
    {"{\"a\":\"\\", NULL},
    {"{\"a\":\"\\u12", NULL},
    {"{\"a\":\"\\ud83d", NULL},
    {"{\"a\":\"\\u00zz\",\"b\":NaN}", NULL},
    {"{NaN:1}", NULL},
    {"[NaN]", NULL},
    {"{\"a\":NaN,\"a\":NaN}", NULL},
    {"{\"a\":\"\xe9\",\"b\":NaN}", NULL},
    {"{\"a\":\"x\ny\",\"b\":NaN}", NULL},
};

static void what_others_write_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *json = NULL;
        struct error error = {""};
        size_t length = strlen(cases[i].text);
        char *exact = malloc(length); /* so that reading beyond the end is seen */
        memcpy(exact, cases[i].text, length);
        enum err code = json_dialect_parse("f", 7, exact, length, &json, &error);
        free(exact);
        if (code != (cases[i].read ? ERR_OK : ERR_INPUT)) fail_msg("%s: %s", cases[i].text, error.message);
        if (code) {
            assert_ptr_equal(strstr(error.message, "f:"), error.message);
            continue;
        }
        char *text = json_dumps(json, JSON_COMPACT);
        assert_string_equal(text, cases[i].read);
        free(text);
        json_decref(json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_others_write_is_read)};
    return cmocka_run_group_tests_name("json_dialect", tests, NULL, NULL);
}
