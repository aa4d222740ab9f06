// Blocks of 512 bytes that survive a power cut: what the journal needs of a storage. The board has
// an SD card behind it, the journal's tests a piece of memory that fails at will.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { BLOCK_BYTES = 512 };

// False when there is no storage.
bool block_open(void);

// False when the block can't be read.
bool block_read(uint32_t block, uint8_t bytes[BLOCK_BYTES]);

// Returns when the block is on the storage; false when it can't be written.
bool block_write(uint32_t block, const uint8_t bytes[BLOCK_BYTES]);
