/* Whole lines of a CSV file become rows of a batch, column by column: private to the
 * reader. */
#ifndef OD_RECORD_CSV_CHUNK_H
#define OD_RECORD_CSV_CHUNK_H

#include "record/csv_field.h"

/*
 * Parses len bytes at data, from the beginning of a line to the end of one, with
 * OD_CSV_SLACK readable bytes on both sides. *lines: line feeds among them. False when
 * something is not as it should be, or when it takes libcsv to know: rows is of no use
 * then, and the data is as it was in any case.
 */
bool od_csv_chunk_parse(struct od_csv_parser *parser, const char *data, size_t len,
                        struct od_csv_rows *rows, size_t *lines);

#endif
