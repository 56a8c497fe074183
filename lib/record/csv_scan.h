/* Where the fields of CSV lines end, many bytes at a time: private to the reader. */
#ifndef OD_RECORD_CSV_SCAN_H
#define OD_RECORD_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a CPU can do at once: as much as it can, or less, for tests. */
enum od_csv_width { OD_CSV_WIDEST, OD_CSV_WIDE, OD_CSV_NARROW };

/* Between two pieces of a text. Zeroed but for edge at the beginning of a line. */
struct od_csv_scan {
    uint64_t inside;  /* all ones in the middle of a quoted field */
    uint64_t edge;    /* 1: a quoted field may begin here */
    uint64_t closing; /* 1: a quotation mark that may have ended a field was the last */
    uint64_t cr;      /* 1: a carriage return was the last */
    size_t lines;     /* that ended */
    size_t breaks;    /* line feeds inside quotes */
    bool odd;         /* something that is not RFC 4180, or a NUL */
    enum od_csv_width width;
};

/*
 * Scans data[from .. to), where from follows the to of the call before, a multiple of 64
 * behind the first from. 64 bytes behind data[to] may be read. Writes the offsets in data
 * of commas and line feeds outside quotes to ends, which has room for one a byte and
 * another 128; returns how many. What it wrote is of no use once odd is set.
 */
size_t od_csv_scan(struct od_csv_scan *scan, const char *data, size_t from, size_t to,
                   uint32_t *ends);

#endif
