// QR codes of one size: version 5, error correction level L, bytes (ISO/IEC 18004).
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    QR_MODULES = 37,  // each way
    QR_TEXT_MAX = 106, // characters
};

// A symbol without its quiet zone.
struct qr {
    bool dark[QR_MODULES][QR_MODULES];
};

// False when the text is too long.
bool qr_encode(const char *text, struct qr *qr);
