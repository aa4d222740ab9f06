// What can be said of an order by itself.

#include "order.h"

#include "config.h"

// Each order has a row of STANs: the first for its sale and reversal, the others for its queries.
// 999999 is left to sign-in and echo.
enum { ROW = 32, ROWS = 999998 / ROW };

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
    return (order->number - 1) % ROWS * ROW + 1;
}

uint32_t order_query_stan(const struct order *order) {
    return order_stan(order) + 1 + order->asked % (ROW - 1);
}
