// Characters of 3 by 5 pixels. Five rows of three bits, an octal digit each, the top row highest.

#include "font.h"

#include <stdint.h>

enum { FIRST = ' ', LAST = 'Z' };

static const uint16_t BOX = 077577;

static const uint16_t GLYPHS[LAST - FIRST + 1] = {
    ['!' - FIRST] = 022202, ['%' - FIRST] = 051245, ['(' - FIRST] = 024442, [')' - FIRST] = 021112,
    ['*' - FIRST] = 052725, ['+' - FIRST] = 002720, [',' - FIRST] = 000024, ['-' - FIRST] = 000700,
    ['.' - FIRST] = 000002, ['/' - FIRST] = 011244, ['0' - FIRST] = 075557, ['1' - FIRST] = 026227,
    ['2' - FIRST] = 071747, ['3' - FIRST] = 071317, ['4' - FIRST] = 055711, ['5' - FIRST] = 074717,
    ['6' - FIRST] = 074757, ['7' - FIRST] = 071122, ['8' - FIRST] = 075757, ['9' - FIRST] = 075717,
    [':' - FIRST] = 002020, ['?' - FIRST] = 061202, ['A' - FIRST] = 025755, ['B' - FIRST] = 065656,
    ['C' - FIRST] = 034443, ['D' - FIRST] = 065556, ['E' - FIRST] = 074647, ['F' - FIRST] = 074644,
    ['G' - FIRST] = 034553, ['H' - FIRST] = 055755, ['I' - FIRST] = 072227, ['J' - FIRST] = 011152,
    ['K' - FIRST] = 055655, ['L' - FIRST] = 044447, ['M' - FIRST] = 057755, ['N' - FIRST] = 065555,
    ['O' - FIRST] = 025552, ['P' - FIRST] = 065644, ['Q' - FIRST] = 025573, ['R' - FIRST] = 065655,
    ['S' - FIRST] = 034216, ['T' - FIRST] = 072222, ['U' - FIRST] = 055557, ['V' - FIRST] = 055552,
    ['W' - FIRST] = 055775, ['X' - FIRST] = 055255, ['Y' - FIRST] = 055222, ['Z' - FIRST] = 071247,
};

bool font_is_lit(char c, int x, int y) {
    uint16_t glyph = c < FIRST || c > LAST ? 0 : GLYPHS[c - FIRST];
    glyph = glyph == 0 && c != ' ' ? BOX : glyph;
    return glyph >> ((FONT_HEIGHT - 1 - y) * FONT_WIDTH + FONT_WIDTH - 1 - x) & 1;
}
