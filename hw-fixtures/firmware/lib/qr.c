// QR codes of version 5, level L: the largest version whose level L has a single block of error
// correction, so that no blocks are to be interleaved (ISO/IEC 18004, tables 1 and 9).
//
// The mask is always number 0. A reader takes any mask; choosing the best of eight only helps with
// damaged codes.

#include "qr.h"

#include "memory.h"

#include <stdint.h>

enum { DATA_BYTES = 108, CHECK_BYTES = 26, SYMBOL_BYTES = DATA_BYTES + CHECK_BYTES };
enum { BYTE_MODE = 4, TIMING = 6, ALIGNMENT = 30 };

// Level L, mask 0, with its own error correction and pattern (table C.1).
static const uint16_t FORMAT = 0x77c4;

// Product in the field of 256 elements with the polynomial 0x11d.
static uint8_t multiply(uint8_t a, uint8_t b) {
    uint8_t product = 0;
    for (int bit = 7; bit >= 0; bit--) {
        product = (uint8_t)(product << 1 ^ (product & 0x80 ? 0x1d : 0));
        product ^= b & 1 << bit ? a : 0;
    }
    return product;
}

// The generator's coefficients but the first, which is 1: the product of (x - 2^i).
static void make_generator(uint8_t generator[CHECK_BYTES]) {
    memset(generator, 0, CHECK_BYTES);
    generator[CHECK_BYTES - 1] = 1;
    uint8_t root = 1;
    for (int factor = 0; factor < CHECK_BYTES; factor++) {
        for (int at = 0; at < CHECK_BYTES; at++) {
            uint8_t next = at + 1 < CHECK_BYTES ? generator[at + 1] : 0;
            generator[at] = multiply(generator[at], root) ^ next;
        }
        root = multiply(root, 2);
    }
}

static void add_checks(uint8_t bytes[SYMBOL_BYTES]) {
    uint8_t generator[CHECK_BYTES], *rest = bytes + DATA_BYTES;
    make_generator(generator);
    memset(rest, 0, CHECK_BYTES);
    for (int at = 0; at < DATA_BYTES; at++) {
        uint8_t factor = bytes[at] ^ rest[0];
        for (int i = 0; i < CHECK_BYTES; i++) {
            uint8_t next = i + 1 < CHECK_BYTES ? rest[i + 1] : 0;
            rest[i] = next ^ multiply(generator[i], factor);
        }
    }
}

// Mode (4 bits), length (8 bits), text, an end mark of 4 bits, padding.
static void make_data(const char *text, size_t length, uint8_t bytes[DATA_BYTES]) {
    bytes[0] = (uint8_t)(BYTE_MODE << 4 | length >> 4);
    bytes[1] = (uint8_t)(length << 4);
    for (size_t at = 0; at < length; at++) {
        uint8_t byte = (uint8_t)text[at];
        bytes[at + 1] |= byte >> 4;
        bytes[at + 2] = (uint8_t)(byte << 4);
    }
    for (size_t at = length + 2, odd = 0; at < DATA_BYTES; at++, odd ^= 1) {
        bytes[at] = odd ? 0x11 : 0xec;
    }
}

// Whether a module belongs to the patterns that every symbol of this version has.
static bool is_fixed(int row, int column) {
    bool corner = (row < 9 && (column < 9 || column >= QR_MODULES - 8)) ||
                  (row >= QR_MODULES - 8 && column < 9);
    bool alignment = row >= ALIGNMENT - 2 && row <= ALIGNMENT + 2 && column >= ALIGNMENT - 2 &&
                     column <= ALIGNMENT + 2;
    return corner || alignment || row == TIMING || column == TIMING;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

static int distance(int a, int b) {
    return a > b ? a - b : b - a;
}

static void draw_finder(struct qr *qr, int row, int column) {
    for (int y = -3; y <= 3; y++) {
        for (int x = -3; x <= 3; x++) {
            qr->dark[row + y][column + x] = larger(distance(y, 0), distance(x, 0)) != 2;
        }
    }
}

static void draw_patterns(struct qr *qr) {
    memset(qr, 0, sizeof *qr);
    for (int at = 8; at < QR_MODULES - 8; at++) {
        qr->dark[TIMING][at] = qr->dark[at][TIMING] = at % 2 == 0;
    }
    draw_finder(qr, 3, 3);
    draw_finder(qr, 3, QR_MODULES - 4);
    draw_finder(qr, QR_MODULES - 4, 3);
    for (int y = -2; y <= 2; y++) {
        for (int x = -2; x <= 2; x++) {
            bool ring = larger(distance(y, 0), distance(x, 0)) != 1;
            qr->dark[ALIGNMENT + y][ALIGNMENT + x] = ring;
        }
    }
    qr->dark[QR_MODULES - 8][8] = true;
}

// The fifteen bits of the format stand there twice; the first of each is the lowest bit.
static void draw_format(struct qr *qr) {
    for (int bit = 0; bit < 15; bit++) {
        bool dark = FORMAT >> bit & 1;
        int past_timing = bit + (bit > 5);
        if (bit < 8) {
            qr->dark[past_timing][8] = dark;
            qr->dark[8][QR_MODULES - 1 - bit] = dark;
        } else {
            qr->dark[8][bit == 8 ? 7 : 14 - bit] = dark;
            qr->dark[QR_MODULES - 15 + bit][8] = dark;
        }
    }
}

// Bits go up and down in pairs of columns from the right, past what is fixed.
static void draw_data(struct qr *qr, const uint8_t bytes[SYMBOL_BYTES]) {
    int bit = 0;
    for (int right = QR_MODULES - 1; right > 0; right -= 2) {
        right -= right == TIMING;
        bool upwards = (right + 1) % 4 < 2;
        for (int step = 0; step < QR_MODULES * 2; step++) {
            int row = upwards ? QR_MODULES - 1 - step / 2 : step / 2, column = right - step % 2;
            if (is_fixed(row, column)) {
                continue;
            }
            bool dark = bit < SYMBOL_BYTES * 8 && bytes[bit / 8] >> (7 - bit % 8) & 1;
            qr->dark[row][column] = dark != ((row + column) % 2 == 0);
            bit++;
        }
    }
}

bool qr_encode(const char *text, struct qr *qr) {
    static uint8_t bytes[SYMBOL_BYTES];
    size_t length = strlen(text);
    if (length > QR_TEXT_MAX) {
        return false;
    }
    make_data(text, length, bytes);
    add_checks(bytes);
    draw_patterns(qr);
    draw_format(qr);
    draw_data(qr, bytes);
    return true;
}
