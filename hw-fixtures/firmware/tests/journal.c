// The journal against every power cut: a storage in memory loses its power at every byte of every
// write, and what the journal then knows must be what it was told before or after. Runs on the
// developer's machine.

#include "journal.h"

#include "block.h"
#include "check.h"

#include <string.h>

enum { BLOCKS = 520, NO_CUT = -1 }; // a few more than the journal has

static uint8_t storage[BLOCKS][BLOCK_BYTES];

// Bytes that are still written before the power goes; the rest of the block is then garbage, as a
// card leaves it that lost its power while it wrote.
static long bytes_left = NO_CUT;
static bool card_fails;

bool block_open(void) {
    return !card_fails;
}

bool block_read(uint32_t block, uint8_t bytes[BLOCK_BYTES]) {
    memcpy(bytes, storage[block], BLOCK_BYTES);
    return block < BLOCKS;
}

bool block_write(uint32_t block, const uint8_t bytes[BLOCK_BYTES]) {
    if (bytes_left == 0 || card_fails) {
        return false;
    }
    for (int at = 0; at < BLOCK_BYTES; at++) {
        storage[block][at] = bytes_left == 0 ? 0xa5 : bytes[at];
        bytes_left -= bytes_left > 0;
    }
    return bytes_left != 0;
}

static void erase(void) {
    memset(storage, 0, sizeof storage);
    bytes_left = NO_CUT;
    card_fails = false;
    CHECK(journal_open());
}

static bool note(uint32_t number, enum stage stage) {
    struct order order = {.number = number, .amount = 100 * number, .stage = stage};
    return journal_write(&order);
}

// Orders up to `last`, each paid and shown.
static void fill(uint32_t last) {
    for (uint32_t number = 1; number <= last; number++) {
        CHECK(note(number, STAGE_SENT));
        CHECK(note(number, STAGE_APPROVED));
        CHECK(note(number, STAGE_SHOWN));
    }
}

static void restart(void) {
    bytes_left = NO_CUT;
    CHECK(journal_open());
}

// Writes `stage` of an order behind `before` others, with a cut after so many bytes: the journal
// then knows the order as it was before or as it is to be, and the latter if it said so.
static void cut(uint32_t before, enum stage earlier, enum stage stage, long bytes) {
    erase();
    fill(before);
    uint32_t number = before + 1;
    CHECK(earlier == STAGE_SHOWN || note(number, earlier));
    bytes_left = bytes;
    bool told = note(number, stage);
    restart();
    CHECK(!journal_is_damaged());
    struct order order = {0};
    bool any = journal_newest(&order);
    bool is_new = any && order.number == number && order.stage == stage;
    bool is_old = earlier != STAGE_SHOWN ? order.number == number && order.stage == earlier
                                         : order.number == before;
    CHECK(is_new || (is_old && !told));
    CHECK(!any || (order.amount == 100 * order.number));
    CHECK(journal_last_number() >= order.number);
    CHECK(!any || note(journal_last_number() + 1, STAGE_SENT));
    // Life goes on.
    restart();
    CHECK(!any || (journal_newest(&order) && order.stage == STAGE_SENT));
}

static void test_cuts(void) {
    // Every byte of the record that a request waits for.
    for (long bytes = 0; bytes <= 2 * BLOCK_BYTES; bytes++) {
        cut(1, STAGE_SHOWN, STAGE_SENT, bytes);
    }
    // Records at the beginning of the ring, and where it overwrites the oldest ones.
    const uint32_t BEFORE[] = {0, 84, 85, 86, 300};
    for (size_t place = 0; place < sizeof BEFORE / sizeof BEFORE[0]; place++) {
        for (long bytes = 0; bytes <= 2 * BLOCK_BYTES; bytes += 128) {
            cut(BEFORE[place], STAGE_SHOWN, STAGE_SENT, bytes);
            cut(BEFORE[place], STAGE_SENT, STAGE_APPROVED, bytes + 1);
            cut(BEFORE[place], STAGE_REVERSING, STAGE_REVERSED, bytes + 63);
        }
    }
}

// Any one block may be lost.
static void test_lost_blocks(void) {
    static uint8_t full[BLOCKS][BLOCK_BYTES];
    erase();
    fill(100);
    CHECK(note(101, STAGE_SENT));
    memcpy(full, storage, sizeof full);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        memcpy(storage, full, sizeof full);
        memset(storage[block], 0x5a, BLOCK_BYTES);
        restart();
        struct order order;
        CHECK(journal_newest(&order) && order.number == 101 && order.stage == STAGE_SENT);
        CHECK(!journal_is_damaged());
    }
}

// Both blocks of the newest record: its order may have been sent, so its number is not used again.
static void test_damage(void) {
    erase();
    fill(3);
    CHECK(note(4, STAGE_SENT));
    const uint32_t FIRST = 1 + 10, SECOND = FIRST + 256;
    storage[FIRST][20] ^= 1;
    storage[SECOND][20] ^= 1;
    restart();
    CHECK(journal_is_damaged());
    CHECK(journal_last_number() == 4);
}

struct list {
    uint32_t count;
    uint32_t numbers[BLOCKS];
};

static void collect(void *context, const struct order *order) {
    struct list *list = context;
    list->numbers[list->count++] = order->number;
}

static void test_list(void) {
    erase();
    struct order order;
    CHECK(!journal_newest(&order) && journal_last_number() == 0);
    fill(2);
    CHECK(note(3, STAGE_SENT) && note(3, STAGE_UNPAID) && note(3, STAGE_ENDED));
    CHECK(note(4, STAGE_SENT) && note(4, STAGE_APPROVED));
    struct list list = {0};
    journal_each_paid(collect, &list);
    CHECK(list.count == 3);
    CHECK(list.numbers[0] == 4 && list.numbers[1] == 2 && list.numbers[2] == 1);
    // A ring that went round holds the newest 85 orders whole, and the end of one more.
    erase();
    fill(300);
    list.count = 0;
    journal_each_paid(collect, &list);
    CHECK(list.count == 86 && list.numbers[0] == 300 && list.numbers[85] == 215);
}

static void test_card_that_fails(void) {
    erase();
    card_fails = true;
    CHECK(!note(1, STAGE_SENT));
    CHECK(!journal_open());
    card_fails = false;
    restart();
    CHECK(journal_last_number() == 0);
}

int main(void) {
    test_cuts();
    test_lost_blocks();
    test_damage();
    test_list();
    test_card_that_fails();
    puts("the journal survives");
    return 0;
}
