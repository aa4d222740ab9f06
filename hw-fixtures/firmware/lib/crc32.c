// CRC-32 as in IEEE 802.3, bit by bit: a record is short, and a table takes a kilobyte.

#include "crc32.h"

uint32_t crc32(const uint8_t *bytes, size_t count) {
    uint32_t crc = 0xffffffff;
    for (; count > 0; count--) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}
