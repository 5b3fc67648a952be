/* Statistics of samples: counts, lengths and rates, joined from parts as from one. */
#include <string.h>

#include <jansson.h>

#include "data/sample_statistics.h"
#include "fixture.h"

static struct tally no_tallies[NOISE_KINDS_MAX];

/* A sample of `tokens` tokens in all, <bos> and <eos> too. */
static struct sample sample_of(size_t tokens) {
    return (struct sample){.prompt = {NULL, 1}, .completion = {NULL, tokens - 3}, .tallies = no_tallies};
}

static void add(struct sample_statistics *s, struct sample sample) {
    struct error error;
    assert_int_equal(sample_statistics_add(s, &sample, &error), ERR_OK);
}

/* Nearest rank: the smallest length that the share does not exceed. */
static void lengths_are_nearest_ranks(void **state) {
    (void)state;
    struct sample_statistics s = {0};
    assert_int_equal(sample_statistics_length(&s, 0.5), 0);
    for (int i = 0; i < 98; i++) add(&s, sample_of(10));
    add(&s, sample_of(20));
    add(&s, sample_of(30));
    assert_int_equal(sample_statistics_length(&s, 0), 10);
    assert_int_equal(sample_statistics_length(&s, 0.5), 10);
    assert_int_equal(sample_statistics_length(&s, 0.98), 10);
    assert_int_equal(sample_statistics_length(&s, 0.981), 20);
    assert_int_equal(sample_statistics_length(&s, 0.99), 20);
    assert_int_equal(sample_statistics_length(&s, 1), 30);
    sample_statistics_free(&s);
}

/* What is measured of a mix: the sums of what its samples say, however they were divided. */
static void parts_join_to_the_whole(void **state) {
    (void)state;
    enum { SAMPLES = 600 };
    struct fixture f;
    int digit = noise_find("digit"), slip = noise_find("slip");
    int64_t contaminated = 0, acted = 0, hits = 0, sites = 0, longest = 0;
    struct sample_statistics whole = {0}, part[2] = {{0}, {0}}, joined = {0};
    fixture_prepare(&f, "add");
    f.mix.rate[digit] = 0.1;
    f.mix.rate[slip] = 0.2;
    f.mix.contamination = 0.7;
    f.mix.kind_contamination[slip] = 0.3;
    fixture_open(&f);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct sample sample = fixture_draw(&f, i);
        int64_t length = (int64_t)(sample.prompt.count + sample.completion.count) + 2;
        contaminated += sample.contaminated;
        acted += sample.tallies[slip].sites > 0;
        hits += sample.tallies[slip].hits;
        sites += sample.tallies[slip].sites;
        longest = length > longest ? length : longest;
        add(&whole, sample);
        add(&part[i % 3 == 0], sample);
    }
    for (int p = 0; p < 2; p++)
        assert_int_equal(sample_statistics_merge(&joined, &part[p], &f.error), ERR_OK);
    assert_int_equal(whole.samples, SAMPLES);
    assert_int_equal(whole.contaminated, contaminated);
    assert_int_equal(whole.acted[digit], contaminated); /* the samples of slip are among them */
    assert_int_equal(whole.acted[slip], acted);
    assert_true(acted < contaminated && acted > 0);
    assert_int_equal(whole.tally[slip].hits, hits);
    assert_int_equal(whole.tally[slip].sites, sites);
    assert_int_equal(sample_statistics_length(&whole, 1), longest);
    struct buffer one = {0}, other = {0};
    static const struct sides none;
    sample_statistics_json(&whole, &f.mix, &none, &one);
    sample_statistics_json(&joined, &f.mix, &none, &other);
    assert_string_equal(one.bytes, other.bytes);
    assert_int_equal(joined.lengths_count, whole.lengths_count);
    assert_memory_equal(joined.lengths, whole.lengths, whole.lengths_count * sizeof *whole.lengths);
    json_t *json = json_loads(one.bytes, 0, NULL), *noise = json_object_get(json, "noise");
    assert_int_equal(json_object_size(noise), 2);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(noise, "slip"), "hits")), hits);
    json_decref(json);
    buffer_free(&one);
    buffer_free(&other);
    sample_statistics_free(&whole);
    sample_statistics_free(&part[0]);
    sample_statistics_free(&part[1]);
    sample_statistics_free(&joined);
    fixture_close(&f);
}

static void truncated_samples_are_counted(void **state) {
    (void)state;
    struct sample_statistics s = {0};
    for (int i = 0; i < 5; i++) {
        struct sample sample = sample_of(10);
        sample.truncated = i < 2;
        sample.contaminated = i == 4;
        add(&s, sample);
    }
    assert_int_equal(s.truncated, 2);
    assert_int_equal(s.contaminated, 1);
    sample_statistics_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_nearest_ranks),
        cmocka_unit_test(parts_join_to_the_whole),
        cmocka_unit_test(truncated_samples_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
