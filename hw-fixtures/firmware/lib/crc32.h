// The checksum of journal records: CRC-32 as in IEEE 802.3.
#pragma once

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(const uint8_t *bytes, size_t count);
