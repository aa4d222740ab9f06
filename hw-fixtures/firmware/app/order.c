// What can be said of an order by itself.

#include "order.h"

#include "config.h"

enum { STANS = 999998 };

bool order_is_open(const struct order *order) {
    return order->stage != STAGE_SHOWN && order->stage != STAGE_ENDED;
}

bool order_is_paid(const struct order *order) {
    return order->stage == STAGE_APPROVED || order->stage == STAGE_SHOWN;
}

void order_add_id(const struct order *order, struct text *text) {
    text_add(text, TERMINAL_ID);
    text_add_number(text, order->number, 6);
}

uint32_t order_stan(const struct order *order) {
    return (order->number - 1) % STANS + 1;
}
