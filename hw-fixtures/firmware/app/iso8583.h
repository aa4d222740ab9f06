// ISO 8583 messages in the wire profile plain87: two bytes of length, message type and values in
// ASCII, a binary bitmap (ISO 8583:1987). Knows fields, and no payments.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ISO_FRAME_MAX = 512 };

// A message that is being written. Fields are to be added in the order of their numbers.
struct iso_writer {
    uint8_t frame[ISO_FRAME_MAX];
    size_t length; // bytes written, with those of the length itself
    bool overflow; // something did not fit
};

void iso_begin(struct iso_writer *writer, const char *type);
void iso_put(struct iso_writer *writer, uint8_t field, const char *value);
void iso_put_number(struct iso_writer *writer, uint8_t field, uint32_t value);

// Sets the length; false when the message has no room.
bool iso_end(struct iso_writer *writer);

// A value in a message that was read; null when the field is missing. Not ended by a zero.
struct iso_value {
    const char *chars;
    size_t length;
};

// A message that was read. Values point into the frame.
struct iso_message {
    char type[5];
    struct iso_value fields[65]; // by number
};

// Reads a frame, without its two bytes of length; false when it is none.
bool iso_read(const uint8_t *frame, size_t length, struct iso_message *message);

// Whether a field is there and has this value.
bool iso_is(const struct iso_message *message, uint8_t field, const char *value);
