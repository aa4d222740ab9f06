// What the merchant sees and presses.

#include "desk.h"

#include "config.h"
#include "panel.h"
#include "qr.h"
#include "screen.h"

#include <stddef.h>

// How long a result stays, and how long it takes to read it (assumptions), at the pace of eyes.
enum { SHOWN_MS = 3000, GLANCE_MS = 500 };

static bool cancelled;

void desk_say(const char *text) {
    screen_show(text);
}

void desk_say_amount(const char *text, uint32_t amount) {
    TEXT(lines, QR_TEXT_MAX);
    text_add(&lines, text);
    text_add(&lines, "\nCNY ");
    text_add_amount(&lines, amount);
    screen_show(lines.chars);
}

// `PAID 2026-01-31 12:00:00` of the digits MMDDhhmmss.
static void add_paid_at(struct text *lines, const char *digits) {
    static const char BEFORE[PAID_AT_DIGITS / 2] = "-- ::";
    text_add(lines, "\nPAID " YEAR);
    for (int at = 0; at < PAID_AT_DIGITS; at++) {
        if (at % 2 == 0) {
            text_add_char(lines, BEFORE[at / 2]);
        }
        text_add_char(lines, digits[at]);
    }
}

void desk_show(const struct order *order, enum status status) {
    static const char *const HEADS[] = {
        [STATUS_APPROVED] = "APPROVED",
        [STATUS_DECLINED] = "DECLINED",
        [STATUS_REVERSED] = "REVERSED",
        [STATUS_PENDING] = "CUSTOMER CONFIRMS",
        [STATUS_UNKNOWN] = "RESULT UNKNOWN",
    };
    static const char *const SOUNDS[] = {
        [STATUS_APPROVED] = "ok",
        [STATUS_DECLINED] = "error",
        [STATUS_REVERSED] = "error",
        [STATUS_PENDING] = "attention",
        [STATUS_UNKNOWN] = "attention",
    };
    TEXT(lines, QR_TEXT_MAX);
    text_add(&lines, HEADS[status]);
    text_add(&lines, "\nCNY ");
    text_add_amount(&lines, order->amount);
    text_add(&lines, "\nORDER ");
    order_add_id(order, &lines);
    if (status == STATUS_APPROVED && order->paid_at[0] != '\0') {
        add_paid_at(&lines, order->paid_at);
    }
    if (status == STATUS_UNKNOWN || status == STATUS_PENDING) {
        text_add(&lines, "\nDO NOT CHARGE AGAIN");
    }
    if (order->copy) {
        text_add(&lines, "\nCOPY");
    }
    screen_show(lines.chars);
    panel_beep(SOUNDS[status]);
}

bool desk_key(char *key, struct deadline until) {
    while (!panel_read(key)) {
        if (expired(until)) {
            return false;
        }
        idle();
    }
    return true;
}

void desk_linger(void) {
    struct deadline read = deadline_in(GLANCE_MS);
    while (!expired(read)) {
        idle();
    }
    // What was pressed before anybody can have read this was meant for the screen before.
    panel_clear();
    char key;
    desk_key(&key, deadline_in(SHOWN_MS - GLANCE_MS));
}

static void answer_key(void) {
    char key;
    if (!panel_read(&key)) {
        return;
    }
    if (key == PANEL_CANCEL) {
        cancelled = true;
        screen_show("PLEASE WAIT\nCANCELLING, RESULT FOLLOWS");
    } else {
        screen_show("NOT NOW\nLAST PAYMENT UNRESOLVED\nDO NOT CHARGE AGAIN");
        panel_beep("error");
    }
}

void desk_attend(void) {
    cancelled = false;
    panel_clear();
    idle_task = answer_key;
}

void desk_leave(void) {
    idle_task = NULL;
    panel_clear();
}

void desk_pause(uint32_t least_ms, uint32_t span_ms) {
    struct deadline least = deadline_in(least_ms), span = deadline_in(span_ms);
    bool cancelled_before = cancelled;
    while (!expired(span) && (cancelled_before || !cancelled || !expired(least))) {
        idle();
    }
}

bool desk_is_cancelled(void) {
    return cancelled;
}
