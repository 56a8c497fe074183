/* The command line of odbench-report. */
#include "cli/report_options.h"

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct od_report_options, member)

static const char *const formats[] = {"text", "markdown", "latex", "macros",
                                      "csv",  "json",     "html",  NULL};
static const char *const units[] = {"ns", "us", "ms", "s", NULL};

static const struct od_opt opts[] = {
    {"Tables", 't', "table", "NAME",
     "table to print, may be given again; see --list-tables (default: summary)",
     OD_OPT_LIST, AT(tables), "summary", NULL, 0, 0},
    {"Tables", 0, "spec", "FILE",
     "table that a JSON file describes, may be given again; printed behind --table's",
     OD_OPT_REPEAT, AT(specs), NULL, NULL, 0, 0},
    {"Tables", 'f', "format", "NAME",
     "text, markdown, latex, macros, csv, json or html (default: text); csv takes one "
     "table, html without one holds all tables and figures",
     OD_OPT_CHOICE, AT(format), "text", formats, 0, 0},
    {"Tables", 0, "macros", NULL, "one LaTeX macro a number: the same as --format macros",
     OD_OPT_FLAG, AT(macros), NULL, NULL, 0, 0},
    {"Tables", 0, "interval", NULL,
     "print n and 95% intervals behind means and percentiles", OD_OPT_FLAG, AT(interval),
     NULL, NULL, 0, 0},
    {"Tables", 'd', "digits", "N",
     "decimals of times, 0 to 6 (default: -1, as the table has it)", OD_OPT_INT,
     AT(digits), "-1", NULL, -1, 6},
    {"Tables", 'u', "unit", "UNIT", "of times: ns, us, ms or s (default: ms)",
     OD_OPT_CHOICE, AT(unit), NULL, units, 0, 0},
    {"Tables", 'b', "by", "COLUMNS",
     "what makes a line, or a cell, of tables that let choose: columns with commas "
     "between (default: what tells cells apart)",
     OD_OPT_LIST, AT(by), NULL, NULL, 0, 0},
    {"Tables", 0, "order", "COLUMN",
     "sort lines by this column of the table; -COLUMN: greatest first (default: the "
     "study's order)",
     OD_OPT_STRING, AT(order), NULL, NULL, 0, 0},
    {"Tables", 'a', "annotations", "FILE",
     "COCO's instances_*.json, for what is about accuracy (default: the file that the "
     "runs "
     "name, when it is there)",
     OD_OPT_STRING, AT(annotations), NULL, NULL, 0, 0},
    {"Tables", 0, "findings", NULL, "test the study's claims on the rows", OD_OPT_FLAG,
     AT(findings), NULL, NULL, 0, 0},
    {"Figures", 0, "figure", "NAME",
     "figure to draw with gnuplot into --output; see --list-figures", OD_OPT_STRING,
     AT(figure), NULL, NULL, 0, 0},
    {"Figures", 0, "draw", "FOLDER",
     "draw recorded detections on the --images, into FOLDER/MODEL/NAME.jpg",
     OD_OPT_STRING, AT(draw), NULL, NULL, 0, 0},
    {"Figures", 0, "images", "FOLDER", "the images that were sent, for --draw",
     OD_OPT_STRING, AT(images), NULL, NULL, 0, 0},
    {"Figures", 0, "least-score", "SCORE",
     "leave out less sure detections in --draw (default: 0.5)", OD_OPT_REAL,
     AT(least_score), "0.5", NULL, 0, 1},
    {"Selection", 'w', "where", "CONDITIONS",
     "only the rows for which all hold, as 'model=rfcn,protocol=~grpc,objects>=5'",
     OD_OPT_STRING, AT(where), NULL, NULL, 0, 0},
    {"Selection", 'i', "image", "FILE",
     "only the rows of this image, by its file name (default: the table's own rule)",
     OD_OPT_STRING, AT(image), NULL, NULL, 0, 0},
    {"Selection", 'c', "client", "NAME",
     "only the rows that this client measured (default: the table's own rule)",
     OD_OPT_STRING, AT(client), NULL, NULL, 0, 0},
    {"Output", 'o', "output", "FILE",
     "where the figure (.svg, .png, .pdf, .gp, .dat) or else the tables go (default: "
     "standard "
     "output)",
     OD_OPT_STRING, AT(output), NULL, NULL, 0, 0},
    {"Output", 'q', "quiet", NULL, "no warnings", OD_OPT_FLAG, AT(quiet), NULL, NULL, 0,
     0},
    {"Lists", 0, "list-tables", NULL, "print the names of the tables", OD_OPT_FLAG,
     AT(list_tables), NULL, NULL, 0, 0},
    {"Lists", 0, "list-figures", NULL, "print the names of the figures", OD_OPT_FLAG,
     AT(list_figures), NULL, NULL, 0, 0},
    {"Lists", 0, "list-columns", NULL, "print the columns of a result file", OD_OPT_FLAG,
     AT(list_columns), NULL, NULL, 0, 0},
};

static const char *const examples[] = {
    "odbench-report --table paper-2 results/paper/*.csv",
    "odbench-report --figure figure-8 -o latency.svg results/demo/*.csv",
    NULL,
};

const struct od_program od_report_program = {
    .name = "odbench-report",
    .usage = "[options] FILE.csv...",
    .purpose = "Prints tables and draws figures from result files of odbench-run.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof opts[0],
    .examples = examples,
};

bool od_report_needs_detections(const struct od_report_options *options)
{
    bool needs = strcmp(options->format, "html") == 0 || options->draw != NULL ||
                 (options->figure != NULL && strcmp(options->figure, "accuracy") == 0);
    for (size_t i = 0; i < options->tables.count; i++) {
        const char *name = options->tables.items[i];
        needs = needs || strcmp(name, "accuracy") == 0 || strcmp(name, "variants") == 0;
    }
    return needs;
}
