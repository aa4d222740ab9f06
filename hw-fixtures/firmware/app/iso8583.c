// Writes and reads frames by a table of the fields.

#include "iso8583.h"

#include "memory.h"
#include "text.h"

enum { LENGTH_BYTES = 2, TYPE_BYTES = 4, BITMAP_BYTES = 8 };
enum { BITMAP_AT = LENGTH_BYTES + TYPE_BYTES, FIELDS_AT = BITMAP_AT + BITMAP_BYTES };

// How long a field is: as many bytes as `size`, or up to `size` behind a length of `digits`.
struct field {
    uint8_t digits;
    uint16_t size;
};

// Fields that a message of a scan payment may have; the others have size 0 and are not known.
static const struct field FIELDS[65] = {
    [2] = {2, 19},   [3] = {0, 6},    [4] = {0, 12},   [7] = {0, 10},   [11] = {0, 6},
    [12] = {0, 6},   [13] = {0, 4},   [14] = {0, 4},   [15] = {0, 4},   [22] = {0, 3},
    [23] = {0, 3},   [24] = {0, 3},   [25] = {0, 2},   [32] = {2, 11},  [33] = {2, 11},
    [37] = {0, 12},  [38] = {0, 6},   [39] = {0, 2},   [41] = {0, 8},   [42] = {0, 15},
    [43] = {0, 40},  [44] = {2, 25},  [48] = {3, 999}, [49] = {0, 3},   [54] = {3, 120},
    [59] = {3, 999}, [60] = {3, 999}, [61] = {3, 999}, [62] = {3, 999}, [63] = {3, 999},
    [64] = {0, 8},
};

static void put_text(struct iso_writer *writer, const char *chars, size_t length) {
    if (length > ISO_FRAME_MAX - writer->length) {
        writer->overflow = true;
        return;
    }
    memcpy(writer->frame + writer->length, chars, length);
    writer->length += length;
}

void iso_begin(struct iso_writer *writer, const char *type) {
    memset(writer, 0, sizeof *writer);
    writer->length = LENGTH_BYTES;
    put_text(writer, type, TYPE_BYTES);
    writer->length += BITMAP_BYTES;
}

void iso_put(struct iso_writer *writer, uint8_t field, const char *value) {
    TEXT(length, 3);
    if (FIELDS[field].digits > 0) {
        text_add_number(&length, (uint32_t)strlen(value), FIELDS[field].digits);
    }
    put_text(writer, length.chars, length.length);
    put_text(writer, value, strlen(value));
    writer->frame[BITMAP_AT + (field - 1) / 8] |= (uint8_t)(0x80 >> (field - 1) % 8);
}

void iso_put_number(struct iso_writer *writer, uint8_t field, uint32_t value) {
    TEXT(digits, 12);
    text_add_number(&digits, value, FIELDS[field].size);
    iso_put(writer, field, digits.chars);
}

bool iso_end(struct iso_writer *writer) {
    size_t says = writer->length - LENGTH_BYTES;
    writer->frame[0] = (uint8_t)(says >> 8);
    writer->frame[1] = (uint8_t)says;
    return !writer->overflow;
}

// Takes one field off the rest of a frame; false when the rest is too short for it.
static bool take(struct field field, const char **rest, size_t *left, struct iso_value *value) {
    uint32_t length = field.size;
    if (field.digits > 0) {
        if (*left < field.digits || !parse_number(*rest, field.digits, &length)) {
            return false;
        }
        *rest += field.digits;
        *left -= field.digits;
    }
    if (length > field.size || length > *left) {
        return false;
    }
    *value = (struct iso_value){*rest, length};
    *rest += length;
    *left -= length;
    return true;
}

bool iso_read(const uint8_t *frame, size_t length, struct iso_message *message) {
    memset(message, 0, sizeof *message);
    if (length < TYPE_BYTES + BITMAP_BYTES) {
        return false;
    }
    memcpy(message->type, frame, TYPE_BYTES);
    const uint8_t *bitmap = frame + TYPE_BYTES;
    const char *rest = (const char *)bitmap + BITMAP_BYTES;
    size_t left = length - TYPE_BYTES - BITMAP_BYTES;
    for (uint8_t number = 1; number <= 64; number++) {
        if (!(bitmap[(number - 1) / 8] & 0x80 >> (number - 1) % 8)) {
            continue;
        }
        struct field field = FIELDS[number];
        if (field.size == 0 || !take(field, &rest, &left, &message->fields[number])) {
            return false;
        }
    }
    return left == 0;
}

bool iso_is(const struct iso_message *message, uint8_t field, const char *value) {
    struct iso_value has = message->fields[field];
    return has.chars != NULL && has.length == strlen(value) &&
           memcmp(has.chars, value, has.length) == 0;
}
