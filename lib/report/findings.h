/* The study's five claims, tested on the rows at hand. */
#ifndef OD_REPORT_FINDINGS_H
#define OD_REPORT_FINDINGS_H

#include "record/rows.h"
#include "report/datum.h"
#include "table/table.h"

#include <stdbool.h>
#include <stddef.h>

/* What the data say of a claim. */
enum od_stand {
    OD_SUPPORTED,
    OD_CONTRADICTED,
    OD_UNDECIDED,    /* tested, and it may be either way, or it depends */
    OD_NOT_TESTABLE, /* how names what is missing */
};
const char *od_stand_name(enum od_stand stand);

/* One line: a claim over all the data, or within one group of it. */
struct od_evidence {
    int claim;   /* 1 to 5 */
    char *about; /* owned: "everything", or the group: "client>edge rfcn" */
    enum od_stand stand;
    double effect; /* NaN: not known, as the next three */
    double low;    /* 95% interval; NaN for too few */
    double high;
    double p;        /* two-sided, not corrected for the number of lines */
    size_t count;    /* of what was tested */
    const char *how; /* a constant: the test, or what is missing */
};

/* A zeroed one is empty. */
struct od_findings {
    struct od_evidence *items; /* by claim: everything first, then its groups */
    size_t count;
    size_t capacity;
    char **notes; /* owned, a sentence each: what goes against a claim, oddities */
    size_t note_count;
    size_t note_capacity;
};
void od_findings_release(struct od_findings *findings);
/* Appends an empty line for a claim; valid until the next one. Takes about. */
struct od_evidence *od_findings_add(struct od_findings *findings, int claim, char *about);
/* Takes text. */
void od_findings_note(struct od_findings *findings, char *text);

/*
 * 1: the model matters more than the protocol. 2: with the same model REST takes longer
 * than gRPC. 3: a remote server takes longer than a local one, even a faster machine.
 * Logarithms of ratios of medians, one for each image and group, by Wilcoxon's signed
 * rank test and the Hodges-Lehmann estimate.
 */
void od_claim_model(const struct od_data *points, struct od_findings *out);
void od_claim_protocol(const struct od_data *points, struct od_findings *out);
void od_claim_remote(const struct od_data *points, struct od_findings *out);
/*
 * 4: objects matter more than the file size, by stats/importance.h over the images of
 * every combination, pixels held still. 5: that holds on the faster machines and reverses
 * on the slowest.
 */
void od_claim_objects(const struct od_data *points, struct od_findings *out);

/* Times that stand in two places to the last digit, as copies do. */
void od_find_copies(const struct od_data *points, struct od_findings *out);

/* All of it. */
void od_findings_make(const struct od_data *points, struct od_findings *out);

/* The same as a table "findings". *table is zeroed before, released by the caller. */
void od_findings_build(const struct od_rows *rows, struct od_table *table);

#endif
