/* Bytes as decimal text, from a table. */
#include "wire/byte_cells.h"

void od_byte_cells_fill(struct od_byte_cell cells[256], const char *comma)
{
    for (unsigned i = 0; i < 256; i++) {
        struct od_byte_cell *cell = &cells[i];
        *cell = (struct od_byte_cell){0};
        if (i >= 100) {
            cell->text[cell->len++] = (char)('0' + i / 100);
        }
        if (i >= 10) {
            cell->text[cell->len++] = (char)('0' + i / 10 % 10);
        }
        cell->text[cell->len++] = (char)('0' + i % 10);
        for (const char *c = comma; *c != '\0'; c++) {
            cell->text[cell->len++] = *c;
        }
    }
}
