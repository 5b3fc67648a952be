/* Event files of complete runs. See event_files.h. */
#include "sweep/event_files.h"

#include "base/plural.h"
#include "record/event_file.h"
#include "record/layout.h"

void event_files_complete(const struct spec *spec, const struct plan *plan, int share, int shares,
                          struct progress *progress) {
    int count = 0;
    for (int i = shares ? share - 1 : 0; i < plan->count; i += shares ? shares : 1) {
        struct config config;
        struct error error;
        bool written = false;
        if (!plan->runs[i].complete) continue;
        spec_run(spec, plan->runs[i].run, &config);
        if (event_file_ensure(plan->runs[i].directory, &config, &written, &error))
            progress_note(progress, "no event file: %s", error.message);
        count += written;
    }
    if (count)
        progress_note(progress, "%d event file%s written from " LAYOUT_METRICS " of complete runs", count,
                      plural_s(count));
}
