// Texts that are put together piece by piece, and numbers read from texts.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A text in a buffer of fixed size, always with a zero behind it. What does not fit is left off.
struct text {
    char *chars;
    size_t length;
    size_t size;
};

// An empty text called `name` with room for `room` characters.
#define TEXT(name, room)                                                                           \
    char name##_chars[(room) + 1] = "";                                                            \
    struct text name = {name##_chars, 0, sizeof name##_chars}

void text_clear(struct text *text);
void text_add(struct text *text, const char *piece);
void text_add_char(struct text *text, char piece);

// A number with at least `width` digits.
void text_add_number(struct text *text, uint32_t value, size_t width);

// An amount in fen as yuan: 1250 as 12.50.
void text_add_amount(struct text *text, uint32_t fen);

bool is_digit(char c);

// The number that stands in the first `length` characters; false when other than digits do, or it
// is too large.
bool parse_number(const char *chars, size_t length, uint32_t *value);

// Yuan as keyed, with at most two decimals, in fen; false when it is no amount.
bool parse_amount(const char *chars, uint32_t *fen);

// Whether `text` begins with `start`.
bool begins(const char *text, const char *start);
