// The journal is a ring of records, one a block, each with a sequence number and a checksum, each
// written twice. What a power cut can do to it:
//
// - before the first copy is whole: the record counts for nothing, and nobody was told of it;
// - later: the record counts, and the second copy is made whole at the next start.
//
// So a record that can't be read in either copy was damaged by something else.
//
// A record overwrites the oldest one. There is never more than one open order, and it has at most
// four records, so no open order is ever overwritten.

#include "journal.h"

#include "block.h"
#include "crc32.h"
#include "memory.h"

enum { SLOTS = 256, COPIES = 2, FIRST_BLOCK = 1 };

static const char MAGIC[8] = "JOURNAL";

// As it stands on the storage, little-endian. The order number stands there as text, too, for
// people and tools that look at a card.
struct record {
    char magic[8];
    uint32_t sequence; // from 1
    uint32_t number;
    uint32_t amount;
    char stage;
    char paid_at[PAID_AT_DIGITS + 1];
    char id[ORDER_ID_MAX + 2];
    uint8_t unused[BLOCK_BYTES - 56];
    uint32_t checksum;
};

_Static_assert(sizeof(struct record) == BLOCK_BYTES, "a record is a block");

enum found { FOUND_NOTHING, FOUND_RECORD, FOUND_DAMAGE };

// The sequence number of the newest record; 0 in an empty journal.
static uint32_t newest;
static uint32_t last_number;
static bool damaged;

static uint32_t block_of(uint32_t sequence, uint32_t copy) {
    return FIRST_BLOCK + copy * SLOTS + sequence % SLOTS;
}

static uint32_t checksum_of(const struct record *record) {
    return crc32((const uint8_t *)record, sizeof *record - sizeof record->checksum);
}

static bool is_whole(const struct record *record) {
    return memcmp(record->magic, MAGIC, sizeof MAGIC) == 0 &&
           record->checksum == checksum_of(record);
}

static bool is_blank(const struct record *record) {
    const uint8_t *bytes = (const uint8_t *)record;
    for (uint32_t at = 1; at < sizeof *record; at++) {
        if (bytes[at] != bytes[0]) {
            return false;
        }
    }
    return bytes[0] == 0x00 || bytes[0] == 0xff;
}

static enum found look(uint32_t sequence, uint32_t copy, struct record *record) {
    if (!block_read(block_of(sequence, copy), (uint8_t *)record)) {
        return FOUND_DAMAGE;
    }
    if (is_whole(record)) {
        return FOUND_RECORD;
    }
    return is_blank(record) ? FOUND_NOTHING : FOUND_DAMAGE;
}

// The newer whole copy of the record in the slot of this sequence number. Damage only where all
// copies are damaged: a power cut spoils one, and nothing spoils two.
static enum found read_slot(uint32_t sequence, struct record *record) {
    static struct record copy;
    uint32_t whole = 0, spoilt = 0;
    for (uint32_t number = 0; number < COPIES; number++) {
        enum found found = look(sequence, number, &copy);
        spoilt += found == FOUND_DAMAGE;
        if (found == FOUND_RECORD && (whole++ == 0 || copy.sequence > record->sequence)) {
            *record = copy;
        }
    }
    if (whole > 0) {
        return FOUND_RECORD;
    }
    return spoilt == COPIES ? FOUND_DAMAGE : FOUND_NOTHING;
}

static bool write_copies(const struct record *record) {
    static struct record written;
    for (uint32_t copy = 0; copy < COPIES; copy++) {
        uint32_t block = block_of(record->sequence, copy);
        bool done = block_write(block, (const uint8_t *)record) &&
                    block_read(block, (uint8_t *)&written) &&
                    memcmp(record, &written, sizeof written) == 0;
        if (!done) {
            return false;
        }
    }
    return true;
}

bool journal_open(void) {
    static struct record record, last;
    newest = last_number = 0;
    damaged = false;
    if (!block_open()) {
        return false;
    }
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        enum found found = read_slot(slot, &record);
        damaged |= found == FOUND_DAMAGE;
        if (found == FOUND_RECORD && record.sequence > newest) {
            newest = record.sequence;
            last = record;
        }
    }
    if (newest == 0) {
        return true;
    }
    // An order whose record can't be read may have been sent: its number is not used again.
    last_number = last.number + (read_slot(newest + 1, &record) == FOUND_DAMAGE);
    return write_copies(&last);
}

bool journal_write(const struct order *order) {
    static struct record record;
    TEXT(id, ORDER_ID_MAX);
    order_add_id(order, &id);
    memset(&record, 0, sizeof record);
    memcpy(record.magic, MAGIC, sizeof MAGIC);
    memcpy(record.paid_at, order->paid_at, sizeof record.paid_at);
    memcpy(record.id, id.chars, id.length);
    record.sequence = newest + 1;
    record.number = order->number;
    record.amount = order->amount;
    record.stage = (char)order->stage;
    record.checksum = checksum_of(&record);
    if (!write_copies(&record)) {
        return false;
    }
    newest++;
    last_number = order->number;
    return true;
}

static void take_order(const struct record *record, struct order *order) {
    memset(order, 0, sizeof *order);
    order->number = record->number;
    order->amount = record->amount;
    order->stage = (enum stage)record->stage;
    memcpy(order->paid_at, record->paid_at, sizeof order->paid_at);
}

// The record of this sequence number, if the journal still holds it.
static bool read_order(uint32_t sequence, struct order *order) {
    static struct record record;
    for (uint32_t copy = 0; copy < COPIES; copy++) {
        if (look(sequence, copy, &record) == FOUND_RECORD && record.sequence == sequence) {
            take_order(&record, order);
            return true;
        }
    }
    return false;
}

bool journal_newest(struct order *order) {
    return newest > 0 && read_order(newest, order);
}

uint32_t journal_last_number(void) {
    return last_number;
}

bool journal_is_damaged(void) {
    return damaged;
}

void journal_each_paid(journal_visit *visit, void *context) {
    // Orders come one after the other: the first record of each, from the end, is its newest.
    uint32_t before = 0;
    for (uint32_t back = 0; back < SLOTS && back < newest; back++) {
        struct order order;
        if (!read_order(newest - back, &order) || order.number == before) {
            continue;
        }
        before = order.number;
        if (order_is_paid(&order)) {
            visit(context, &order);
        }
    }
}
