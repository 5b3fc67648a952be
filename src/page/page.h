/* report.html: one file that needs nothing else, and asks for nothing else. */
#ifndef COTNOISE_PAGE_PAGE_H
#define COTNOISE_PAGE_PAGE_H

#include "curve/alternatives.h"
#include "curve/repair.h"
#include "plot/figure.h"

struct page {
    const char *name;    /* of the sweep or the comparison */
    const char *plots;   /* directory of the drawn figures */
    const char *command; /* NULL: not known */
    const struct collection *collection;
    const struct curves *curves;
    const struct alternatives *alternatives;
    const struct repairs *repairs;
    const struct figures *figures;
};

/* Writes the page atomically. */
enum err page_write(const struct page *page, const char *path, struct error *error);

/* Parts of the page, appended to *html. */
void page_findings(const struct page *page, struct buffer *html);
void page_thresholds(const struct page *page, struct buffer *html);
void page_choice(const struct page *page, struct buffer *html);
enum err page_repair(const struct page *page, struct buffer *html, struct error *error);
enum err page_methods(const struct page *page, struct buffer *html, struct error *error);
void page_levels(const struct page *page, struct buffer *html);
enum err page_figures(const struct page *page, enum figure_kind kind, struct buffer *html,
                      struct error *error);
enum err page_differences(const struct page *page, struct buffer *html, struct error *error);
enum err page_runs(const struct page *page, struct buffer *html, struct error *error);
enum err page_examples(const struct page *page, struct buffer *html, struct error *error);
void page_faults(const struct page *page, struct buffer *html);
void page_provenance(const struct page *page, struct buffer *html);

/* The page's style sheet and its script; of the script also the SHA-256 in base64, by which the page's
 * security policy knows it: no other script can run. */
extern const char page_style[];
extern const char page_script[];
extern const char page_script_hash[];

#endif
