/*
 * A font of strokes. A glyph is a text of points, each two digits: x from 0 to 4, y from
 * 0 (top of a capital) over 6 (base line) to 8. Points of one stroke follow each other
 * with a blank between; a bar begins another stroke.
 */
#include "image/text.h"

#include <math.h>
#include <string.h>

#define CAPITAL 6.0 /* grid units of a capital's height */
#define ADVANCE 6.0 /* grid units from letter to letter */
#define STROKE  0.9 /* width of a stroke, in grid units */

enum { FIRST = ' ', LAST = '~' };

static const char unknown[] = "00 40 46 06 00";
static const char *const glyphs[LAST - FIRST + 1] = {
    [' ' - FIRST] = "",
    ['!' - FIRST] = "20 24|25 26",
    ['"' - FIRST] = "10 12|30 32",
    ['#' - FIRST] = "10 16|30 36|02 42|04 44",
    ['$' - FIRST] = "41 01 03 43 45 05|20 26",
    ['%' - FIRST] = "40 06|00 10 11 01 00|35 45 46 36 35",
    ['&' - FIRST] = "46 11 20 31 05 16 26 44",
    ['\'' - FIRST] = "20 22",
    ['(' - FIRST] = "30 12 14 36",
    [')' - FIRST] = "10 32 34 16",
    ['*' - FIRST] = "11 35|31 15|03 43",
    ['+' - FIRST] = "22 26|04 44",
    [',' - FIRST] = "25 17",
    ['-' - FIRST] = "13 33",
    ['.' - FIRST] = "25 26",
    ['/' - FIRST] = "40 06",
    ['0' - FIRST] = "10 30 41 45 36 16 05 01 10|32 14",
    ['1' - FIRST] = "11 20 26|16 36",
    ['2' - FIRST] = "01 10 30 41 42 06 46",
    ['3' - FIRST] = "00 40 23 33 44 45 36 16 05",
    ['4' - FIRST] = "36 30 04 44",
    ['5' - FIRST] = "40 00 03 33 44 45 36 06",
    ['6' - FIRST] = "30 10 01 05 16 36 45 44 33 03",
    ['7' - FIRST] = "00 40 16",
    ['8' - FIRST] = "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
    ['9' - FIRST] = "43 13 02 01 10 30 41 45 36 16",
    [':' - FIRST] = "22 23|25 26",
    [';' - FIRST] = "22 23|25 17",
    ['<' - FIRST] = "41 03 45",
    ['=' - FIRST] = "02 42|04 44",
    ['>' - FIRST] = "01 43 05",
    ['?' - FIRST] = "01 10 30 41 42 23|25 26",
    ['@' - FIRST] = "34 32 12 14 44 41 30 10 01 05 16 46",
    ['A' - FIRST] = "06 20 46|14 34",
    ['B' - FIRST] = "00 06 36 45 44 33 03|33 42 41 30 00",
    ['C' - FIRST] = "41 30 10 01 05 16 36 45",
    ['D' - FIRST] = "00 06 36 45 41 30 00",
    ['E' - FIRST] = "40 00 06 46|03 33",
    ['F' - FIRST] = "40 00 06|03 33",
    ['G' - FIRST] = "41 30 10 01 05 16 36 45 43 23",
    ['H' - FIRST] = "00 06|40 46|03 43",
    ['I' - FIRST] = "10 30|20 26|16 36",
    ['J' - FIRST] = "40 45 36 16 05",
    ['K' - FIRST] = "00 06|40 03 46",
    ['L' - FIRST] = "00 06 46",
    ['M' - FIRST] = "06 00 23 40 46",
    ['N' - FIRST] = "06 00 46 40",
    ['O' - FIRST] = "10 30 41 45 36 16 05 01 10",
    ['P' - FIRST] = "06 00 30 41 42 33 03",
    ['Q' - FIRST] = "10 30 41 45 36 16 05 01 10|34 46",
    ['R' - FIRST] = "06 00 30 41 42 33 03|23 46",
    ['S' - FIRST] = "41 30 10 01 02 13 33 44 45 36 16 05",
    ['T' - FIRST] = "00 40|20 26",
    ['U' - FIRST] = "00 05 16 36 45 40",
    ['V' - FIRST] = "00 26 40",
    ['W' - FIRST] = "00 16 22 36 40",
    ['X' - FIRST] = "00 46|40 06",
    ['Y' - FIRST] = "00 23 40|23 26",
    ['Z' - FIRST] = "00 40 06 46",
    ['[' - FIRST] = "30 10 16 36",
    ['\\' - FIRST] = "00 46",
    [']' - FIRST] = "10 30 36 16",
    ['^' - FIRST] = "02 20 42",
    ['_' - FIRST] = "07 47",
    ['`' - FIRST] = "10 31",
    ['a' - FIRST] = "42 46|43 32 12 03 05 16 36 45",
    ['b' - FIRST] = "00 06|03 12 32 43 45 36 16 05",
    ['c' - FIRST] = "43 32 12 03 05 16 36 45",
    ['d' - FIRST] = "40 46|43 32 12 03 05 16 36 45",
    ['e' - FIRST] = "04 44 43 32 12 03 05 16 36 45",
    ['f' - FIRST] = "40 30 21 26|03 43",
    ['g' - FIRST] = "42 47 38 18 07|43 32 12 03 05 16 36 45",
    ['h' - FIRST] = "00 06|03 12 32 43 46",
    ['i' - FIRST] = "12 22 26|20 21|16 36",
    ['j' - FIRST] = "22 32 37 28 18 07|30 31",
    ['k' - FIRST] = "00 06|42 04 46",
    ['l' - FIRST] = "10 20 26|16 36",
    ['m' - FIRST] = "02 06|03 12 23 26|23 32 43 46",
    ['n' - FIRST] = "02 06|03 12 32 43 46",
    ['o' - FIRST] = "12 32 43 45 36 16 05 03 12",
    ['p' - FIRST] = "02 08|03 12 32 43 45 36 16 05",
    ['q' - FIRST] = "42 48|43 32 12 03 05 16 36 45",
    ['r' - FIRST] = "02 06|04 22 32 43",
    ['s' - FIRST] = "43 32 12 03 14 34 45 36 16 05",
    ['t' - FIRST] = "20 25 36 46|02 42",
    ['u' - FIRST] = "02 05 16 36 45|42 46",
    ['v' - FIRST] = "02 26 42",
    ['w' - FIRST] = "02 16 23 36 42",
    ['x' - FIRST] = "02 46|42 06",
    ['y' - FIRST] = "02 26|42 26 18 08",
    ['z' - FIRST] = "02 42 06 46",
    ['{' - FIRST] = "30 21 22 13 24 25 36",
    ['|' - FIRST] = "20 26",
    ['}' - FIRST] = "10 21 22 33 24 25 16",
    ['~' - FIRST] = "03 12 34 43",
};

static const char *glyph_of(char letter)
{
    return letter >= FIRST && letter <= LAST ? glyphs[letter - FIRST] : unknown;
}

double od_draw_text_width(const char *text, double height)
{
    size_t letters = strlen(text);
    double units = letters > 0 ? (double)letters * ADVANCE - (ADVANCE - 4) : 0;
    return units * height / CAPITAL;
}

/* A stroke reaches half its width beyond its ends, so that those that meet close up. */
static void draw_stroke(struct od_image *image, struct od_point from, struct od_point to,
                        double width, const struct od_paint *paint)
{
    double dx = to.x - from.x;
    double dy = to.y - from.y;
    double reach = width / 2 / sqrt(dx * dx + dy * dy);
    struct od_point begin = {from.x - dx * reach, from.y - dy * reach};
    struct od_point end = {to.x + dx * reach, to.y + dy * reach};
    od_draw_line(image, begin, end, width, paint);
}

static void draw_glyph(struct od_image *image, struct od_point at, double unit,
                       const char *glyph, const struct od_paint *paint)
{
    struct od_point last = {0};
    bool fresh = true;
    for (; *glyph != '\0'; glyph++) {
        if (*glyph == '|') {
            fresh = true;
        } else if (*glyph != ' ') {
            struct od_point next = {at.x + (glyph[0] - '0') * unit,
                                    at.y + (glyph[1] - '0') * unit};
            if (!fresh) {
                draw_stroke(image, last, next, STROKE * unit, paint);
            }
            last = next;
            fresh = false;
            glyph++;
        }
    }
}

void od_draw_text(struct od_image *image, struct od_point at, double height,
                  const char *text, const struct od_paint *paint)
{
    double unit = height / CAPITAL;
    for (; *text != '\0'; text++) {
        draw_glyph(image, at, unit, glyph_of(*text), paint);
        at.x += ADVANCE * unit;
    }
}
