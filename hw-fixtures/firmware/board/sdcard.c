// The SD card as a storage of blocks, over SSI (SD Physical Layer Simplified Specification, chapter
// 7: SPI mode). Knows not what the blocks hold.

#include "block.h"
#include "clock.h"
#include "ssi.h"

enum command {
    GO_IDLE = 0,
    SEND_IF_COND = 8,
    SET_BLOCK_LENGTH = 16,
    READ_BLOCK = 17,
    WRITE_BLOCK = 24,
    APP_SEND_OP_COND = 41,
    APP_COMMAND = 55,
    READ_OCR = 58,
};

enum { READY = 0x00, IS_IDLE = 0x01, DATA_TOKEN = 0xfe, DATA_ACCEPTED = 0x05 };

// How long a card may take: to wake up 1 s, to write 250 ms (specification, 4.6.2).
enum { WAKE_MS = 1000, BUSY_MS = 500 };

// Large cards count blocks, small ones bytes.
static uint32_t address_unit;

static uint8_t receive(void) {
    return ssi_transfer(0xff);
}

// The first byte that is not `waiting`, or `waiting` when none came in time.
static uint8_t receive_after(uint8_t waiting) {
    struct deadline until = deadline_in(BUSY_MS);
    uint8_t byte = receive();
    while (byte == waiting && !expired(until)) {
        byte = receive();
    }
    return byte;
}

// Sends a command and returns its first answer; 0xff when there is none.
static uint8_t command(enum command number, uint32_t argument) {
    ssi_select(SSI_CARD);
    receive_after(0x00); // it may be busy
    ssi_transfer(0x40 | (uint8_t)number);
    for (int shift = 24; shift >= 0; shift -= 8) {
        ssi_transfer((uint8_t)(argument >> shift));
    }
    // Only these two are checked by the card.
    ssi_transfer(number == GO_IDLE ? 0x95 : 0x87);
    uint8_t answer = 0xff;
    for (int tries = 0; tries < 10 && answer & 0x80; tries++) {
        answer = receive();
    }
    return answer;
}

static uint32_t receive_word(void) {
    uint32_t word = 0;
    for (int byte = 0; byte < 4; byte++) {
        word = word << 8 | receive();
    }
    return word;
}

static bool wake(bool is_new_kind) {
    struct deadline until = deadline_in(WAKE_MS);
    do {
        command(APP_COMMAND, 0);
        if (command(APP_SEND_OP_COND, is_new_kind ? 1u << 30 : 0) == READY) {
            return true;
        }
    } while (!expired(until));
    return false;
}

bool block_open(void) {
    // The clocks that a card wants before its first command. The display hears them as data, which
    // the first picture covers.
    ssi_slow();
    ssi_display_data(1);
    ssi_select(SSI_DISPLAY);
    for (int byte = 0; byte < 10; byte++) {
        receive();
    }
    if (command(GO_IDLE, 0) != IS_IDLE) {
        return false;
    }
    bool is_new_kind = command(SEND_IF_COND, 0x1aa) == IS_IDLE;
    if (is_new_kind) {
        receive_word();
    }
    // QEMU's card says here that it is still idle, which is not an error.
    if (!wake(is_new_kind) || (command(READ_OCR, 0) & ~IS_IDLE) != READY) {
        return false;
    }
    address_unit = receive_word() & 1u << 30 ? 1 : BLOCK_BYTES;
    ssi_fast();
    return command(SET_BLOCK_LENGTH, BLOCK_BYTES) == READY;
}

bool block_read(uint32_t block, uint8_t bytes[BLOCK_BYTES]) {
    if (command(READ_BLOCK, block * address_unit) != READY || receive_after(0xff) != DATA_TOKEN) {
        return false;
    }
    for (int at = 0; at < BLOCK_BYTES; at++) {
        bytes[at] = receive();
    }
    receive(); // checksum, which SPI mode leaves off unless asked for
    receive();
    return true;
}

bool block_write(uint32_t block, const uint8_t bytes[BLOCK_BYTES]) {
    if (command(WRITE_BLOCK, block * address_unit) != READY) {
        return false;
    }
    receive(); // a card wants a pause of at least one byte here
    ssi_transfer(DATA_TOKEN);
    for (int at = 0; at < BLOCK_BYTES; at++) {
        ssi_transfer(bytes[at]);
    }
    ssi_transfer(0xff); // checksum
    ssi_transfer(0xff);
    return (receive() & 0x1f) == DATA_ACCEPTED && receive_after(0x00) != 0x00;
}
