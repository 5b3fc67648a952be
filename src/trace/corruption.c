/* Corruption by kind of value. See corruption.h. */
#include "trace/corruption.h"

/* The symbol that takes the place of one, of `count`. */
static int other_symbol(int symbol, int count, bool truth, struct pcg *sites) {
    return truth ? 1 - symbol : (int)pcg_below(sites, (uint32_t)count);
}

void corruption_of_atom(struct atom *atom, double rate, struct pcg *sites, struct tally *tally) {
    bool hit = noise_hits(rate, sites, tally), truth = atom->kind == KIND_TRUTH;
    int count = truth ? 2 : alphabet_count(atom->alphabet);
    int other = other_symbol(truth ? (int)atom->truth : atom->symbol, count, truth, sites);
    if (!hit) return;
    if (truth)
        atom->truth = other;
    else
        atom->symbol = other;
}

/* The alphabet of a token that is a symbol, and its number there. Elsewhere the same texts are other things:
 * a name before its `=`, the name of a call, a sign before a number. */
static const struct alphabet *symbol_of(const struct draft *draft, int token, int *symbol) {
    if (!draft->alphabets->count) return NULL;
    const struct alphabet *alphabet = alphabets_of(draft->alphabets, draft->tokens[token], symbol);
    if (!alphabet) return NULL;
    int line = 0, before = token;
    while (draft->start[line + 1] <= token) line++;
    while (before > draft->start[line] && draft->tokens[before] != TOKEN_EQUALS) before--;
    if (draft->tokens[before] != TOKEN_EQUALS) return NULL;
    int32_t next = token + 1 < draft->start[line + 1] ? draft->tokens[token + 1] : TOKEN_NEWLINE;
    bool sign = draft->tokens[token] == TOKEN_MINUS && token_is_digit(next);
    return sign || next == TOKEN_OPEN ? NULL : alphabet;
}

bool corruption_has_site(const struct draft *draft, int token) {
    int symbol;
    return token_is_digit(draft->tokens[token]) || symbol_of(draft, token, &symbol);
}

int32_t corruption_draw(const struct draft *draft, int token, struct pcg *sites) {
    int symbol;
    if (token_is_digit(draft->tokens[token])) return TOKEN_DIGIT + (int32_t)pcg_below(sites, 10);
    const struct alphabet *alphabet = alphabets_of(draft->alphabets, draft->tokens[token], &symbol);
    return alphabet->id[other_symbol(symbol, alphabet->count, alphabet->texts == value_truth_texts, sites)];
}
