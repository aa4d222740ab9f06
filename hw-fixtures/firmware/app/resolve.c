// The query loop, then the reversal; and the same after a power cut.

#include "resolve.h"

#include "codes.h"
#include "config.h"
#include "host.h"
#include "journal.h"
#include "memory.h"
#include "panel.h"

// Pauses before the queries (WeChat Pay v2 micropay guide); at the end of them an order that is
// still unpaid is reversed.
static const uint32_t WAITS_MS[] = {SECONDS(5), SECONDS(10), SECONDS(10), SECONDS(10), SECONDS(10)};
enum { WAITS = sizeof WAITS_MS / sizeof WAITS_MS[0] };

// Pauses beyond those, and between reversals: longer and longer (assumption).
static const uint32_t BACKOFF_MS[] = {SECONDS(10), SECONDS(15), SECONDS(20)};
enum { BACKOFFS = sizeof BACKOFF_MS / sizeof BACKOFF_MS[0] };

// The red key may bring the first query at once; later ones keep this distance.
enum { LEAST_MS = SECONDS(5) };

// Wallets refuse a reversal earlier than this after the sale (WeChat Pay v2 reverse guide).
enum { REVERSE_EARLIEST_MS = SECONDS(15) };

// A record that the storage did not take; nothing is sold before it does.
static struct order unwritten;
static bool is_unwritten;

static void record(const struct order *order) {
    unwritten = *order;
    is_unwritten = !journal_write(order);
}

bool resolve_catch_up(void) {
    if (is_unwritten) {
        record(&unwritten);
    }
    return !is_unwritten;
}

bool resolve_amount_fits(const struct order *order, const struct answer *answer) {
    return answer->has_amount && answer->amount == order->amount;
}

// Shows a result whose record stands, and notes that it was shown.
static void tell(struct order *order, enum status status) {
    desk_leave();
    desk_show(order, status);
    order->stage = status == STATUS_APPROVED ? STAGE_SHOWN : STAGE_ENDED;
    record(order);
    host_done();
    desk_linger();
}

static enum stage stage_of(enum status status) {
    switch (status) {
    case STATUS_APPROVED:
        return STAGE_APPROVED;
    case STATUS_REVERSED:
        return STAGE_REVERSED;
    default:
        return STAGE_UNPAID;
    }
}

void resolve_finish(struct order *order, enum status status) {
    order->stage = stage_of(status);
    // A storage that fails now can't take the result back; the display still tells it.
    record(order);
    tell(order, status);
}

void resolve_approve(struct order *order, const struct answer *answer) {
    memcpy(order->paid_at, answer->paid_at, sizeof order->paid_at);
    resolve_finish(order, STATUS_APPROVED);
}

// Reverses until the host acknowledges it: undone, never there, or undone already.
static void reverse(struct order *order) {
    order->stage = STAGE_REVERSING;
    record(order);
    desk_show(order, STATUS_UNKNOWN);
    uint32_t age = now_ms() - order->sent_at;
    uint32_t early = age < REVERSE_EARLIEST_MS ? REVERSE_EARLIEST_MS - age : 0;
    desk_pause(early, early);
    for (uint32_t tried = 0;; tried++) {
        struct answer answer;
        if (host_ask(PURPOSE_REVERSAL, order, NULL, &answer) == REACHED_ANSWER) {
            const char *code = answer.response;
            if (strcmp(code, "00") == 0 || strcmp(code, "25") == 0 || strcmp(code, "12") == 0) {
                resolve_finish(order, STATUS_REVERSED);
                return;
            }
            if (class_of(code) == CLASS_SIGN_IN) {
                host_sign_out();
            }
        }
        uint32_t pause = BACKOFF_MS[tried < BACKOFFS ? tried : BACKOFFS - 1];
        desk_pause(pause, pause);
    }
}

static uint32_t wait_before(uint32_t asked) {
    uint32_t beyond = asked < WAITS ? 0 : asked - WAITS;
    return asked < WAITS ? WAITS_MS[asked] : BACKOFF_MS[beyond < BACKOFFS ? beyond : BACKOFFS - 1];
}

void resolve(struct order *order, enum status shown) {
    desk_show(order, shown);
    for (uint32_t asked = 0;; asked++) {
        desk_pause(asked > 0 ? LEAST_MS : 0, wait_before(asked));
        struct answer answer;
        order->asked = asked;
        enum reached reached = host_ask(PURPOSE_QUERY, order, NULL, &answer);
        enum told told = reached == REACHED_ANSWER ? told_by(answer.response) : TOLD_NOTHING;
        bool window_over = asked >= WAITS || desk_is_cancelled();
        if (told == TOLD_PAID && resolve_amount_fits(order, &answer)) {
            resolve_approve(order, &answer);
            return;
        }
        if (told == TOLD_FAILED) {
            resolve_finish(order, STATUS_DECLINED);
            return;
        }
        if (told == TOLD_SIGN_IN) {
            host_sign_out();
        } else if (told != TOLD_NOTHING && window_over) {
            reverse(order);
            return;
        } else if (told == TOLD_PAYING && shown != STATUS_PENDING) {
            shown = STATUS_PENDING;
            desk_show(order, shown);
        }
    }
}

void resolve_after_start(void) {
    struct order order;
    if (journal_is_damaged()) {
        desk_say("CHECK JOURNAL DAMAGED\nPAYMENTS MAY BE MISSING, COMPARE WITH THE BACKEND");
        panel_beep("attention");
        desk_linger();
    }
    if (!journal_newest(&order) || !order_is_open(&order)) {
        return;
    }
    desk_say("RECOVERING");
    desk_attend();
    order.sent_at = now_ms(); // when exactly is not known any more
    switch (order.stage) {
    case STAGE_APPROVED:
        order.copy = true;
        tell(&order, STATUS_APPROVED);
        break;
    case STAGE_UNPAID:
        tell(&order, STATUS_DECLINED);
        break;
    case STAGE_REVERSED:
        tell(&order, STATUS_REVERSED);
        break;
    case STAGE_REVERSING:
        reverse(&order);
        break;
    default:
        resolve(&order, STATUS_UNKNOWN);
    }
}
