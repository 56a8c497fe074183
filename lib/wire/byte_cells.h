/* Bytes as decimal text, from a table; private to lib/wire. */
#ifndef OD_WIRE_BYTE_CELLS_H
#define OD_WIRE_BYTE_CELLS_H

#include <stdint.h>

/* The number and what separates it from the next; text is to be copied whole, which is
 * one instruction. */
struct od_byte_cell {
    char text[8];
    uint8_t len;
};

/* One for each byte. comma has at most 5 characters. */
void od_byte_cells_fill(struct od_byte_cell cells[256], const char *comma);

#endif
