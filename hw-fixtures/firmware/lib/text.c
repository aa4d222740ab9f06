// Texts that are put together piece by piece, and numbers read from texts.

#include "text.h"

#include "memory.h"

void text_clear(struct text *text) {
    text->length = 0;
    text->chars[0] = '\0';
}

void text_add_char(struct text *text, char piece) {
    if (text->length + 1 < text->size) {
        text->chars[text->length++] = piece;
        text->chars[text->length] = '\0';
    }
}

void text_add(struct text *text, const char *piece) {
    while (*piece != '\0') {
        text_add_char(text, *piece++);
    }
}

void text_add_number(struct text *text, uint32_t value, size_t width) {
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (; width > count; width--) {
        text_add_char(text, '0');
    }
    while (count > 0) {
        text_add_char(text, digits[--count]);
    }
}

void text_add_amount(struct text *text, uint32_t fen) {
    text_add_number(text, fen / 100, 1);
    text_add_char(text, '.');
    text_add_number(text, fen % 100, 2);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool parse_number(const char *chars, size_t length, uint32_t *value) {
    uint32_t sum = 0;
    for (size_t at = 0; at < length; at++) {
        uint32_t digit = (uint32_t)(chars[at] - '0');
        if (!is_digit(chars[at]) || sum > (UINT32_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return length > 0;
}

bool parse_amount(const char *chars, uint32_t *fen) {
    size_t whole = 0, length = strlen(chars);
    while (is_digit(chars[whole])) {
        whole++;
    }
    size_t decimals = length > whole ? length - whole - 1 : 0;
    uint32_t yuan, part = 0;
    bool fits = length == whole || (chars[whole] == '.' && decimals <= 2);
    bool reads = fits && parse_number(chars, whole, &yuan) &&
                 (decimals == 0 || parse_number(chars + whole + 1, decimals, &part));
    if (!reads || yuan > UINT32_MAX / 100 - 1) {
        return false;
    }
    *fen = yuan * 100 + (decimals == 1 ? part * 10 : part);
    return true;
}

bool begins(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}
