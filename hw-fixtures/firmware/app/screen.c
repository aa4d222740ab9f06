// Lays out the display: text on the left, the QR code on the right.

#include "screen.h"

#include "font.h"
#include "memory.h"
#include "oled.h"
#include "panel.h"
#include "qr.h"
#include "text.h"

// The code has a quiet zone of 3 modules, beside the text 4; outside of the display all is dark.
enum { QUIET = 3, BOX = QR_MODULES + 2 * QUIET, TEXT_WIDTH = OLED_WIDTH - BOX - 1 };

// A large character is twice as wide and high.
enum { SMALL = 1, LARGE = 2 };

static struct picture picture;

static void light(int x, int y) {
    if (x < OLED_WIDTH && y < OLED_HEIGHT) {
        picture.rows[y][x / 8] |= (uint8_t)(0x80 >> x % 8);
    }
}

static void draw_char(char c, int left, int top, int scale) {
    for (int y = 0; y < FONT_HEIGHT * scale; y++) {
        for (int x = 0; x < FONT_WIDTH * scale; x++) {
            if (font_is_lit(c, x / scale, y / scale)) {
                light(left + x, top + y);
            }
        }
    }
}

// How many of `length` characters go into a row of `columns`: up to a blank, if there is one.
static int row_length(const char *line, int length, int columns) {
    if (length <= columns) {
        return length;
    }
    for (int at = columns; at > 0; at--) {
        if (line[at] == ' ') {
            return at;
        }
    }
    return columns;
}

// Draws a line in as many rows as it needs, and returns where the next one begins.
static int draw_line(const char *line, int length, int top, int scale) {
    int columns = TEXT_WIDTH / ((FONT_WIDTH + 1) * scale);
    while (length > 0) {
        int row = row_length(line, length, columns);
        for (int at = 0; at < row; at++) {
            draw_char(line[at], at * (FONT_WIDTH + 1) * scale, top, scale);
        }
        row += row < length && line[row] == ' ';
        line += row;
        length -= row;
        top += FONT_HEIGHT * scale + 1;
    }
    return top;
}

static void draw_text(const char *text) {
    int top = 0;
    for (bool first = true; *text != '\0'; first = false) {
        int length = 0;
        while (text[length] != '\0' && text[length] != '\n') {
            length++;
        }
        top = draw_line(text, length, top, first || begins(text, "CNY ") ? LARGE : SMALL);
        text += length + (text[length] == '\n');
    }
}

static void draw_code(const char *text) {
    static struct qr qr;
    if (!qr_encode(text, &qr)) {
        return;
    }
    for (int y = 0; y < BOX; y++) {
        for (int x = 0; x < BOX; x++) {
            int row = y - QUIET, column = x - QUIET;
            bool inside = row >= 0 && row < QR_MODULES && column >= 0 && column < QR_MODULES;
            if (!inside || !qr.dark[row][column]) {
                light(OLED_WIDTH - BOX + x, y + (OLED_HEIGHT - BOX) / 2);
            }
        }
    }
}

void screen_show(const char *text) {
    memset(&picture, 0, sizeof picture);
    draw_text(text);
    draw_code(text);
    oled_show(&picture);
    panel_drawn();
}
