// What comes from outside, against the code that reads it: frames of the host, lines of the module,
// codes of the scanner, keyed amounts. Built with the compiler's checks of memory and arithmetic.
// Runs on the developer's machine.

#include "at.h"
#include "check.h"
#include "messages.h"
#include "paycode.h"
#include "uart.h"

#include <string.h>

enum { ROUNDS = 200000 };

// The same numbers on every machine.
static uint32_t random_below(uint32_t limit) {
    static uint32_t state = 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

static const struct order ORDER = {.number = 42, .amount = 1250};
static const struct request SALE = {PURPOSE_SALE, &ORDER, "134567890123456789", 7};

static struct iso_writer answer_to_sale(void) {
    struct iso_writer writer;
    iso_begin(&writer, "0210");
    iso_put(&writer, 3, "000000");
    iso_put_number(&writer, 4, 1250);
    iso_put_number(&writer, 11, order_stan(&ORDER));
    iso_put(&writer, 12, "120000");
    iso_put(&writer, 13, "0131");
    iso_put(&writer, 39, "00");
    iso_put(&writer, 41, "T0000001");
    iso_put(&writer, 42, "000000000000001");
    iso_put(&writer, 44, "a remark");
    iso_put(&writer, 59, "XX002abON014T0000001000042");
    iso_put(&writer, 60, "22000007000");
    CHECK(iso_end(&writer));
    return writer;
}

static bool understood(const uint8_t *frame, size_t length, struct answer *answer) {
    struct iso_message message;
    return iso_read(frame, length, &message) && answer_read(&SALE, &message, answer);
}

static void test_answer(void) {
    struct iso_writer writer = answer_to_sale();
    struct answer answer;
    CHECK(understood(writer.frame + 2, writer.length - 2, &answer));
    CHECK(strcmp(answer.response, "00") == 0 && answer.has_amount && answer.amount == 1250);
    CHECK(strcmp(answer.paid_at, "0131120000") == 0 && answer.has_batch && answer.batch == 7);
    for (size_t length = 0; length < writer.length - 2; length++) {
        CHECK(!understood(writer.frame + 2, length, &answer));
    }
}

// Whatever bytes are spoilt, and wherever a frame is cut off, reading it does no harm.
static void test_spoilt_answers(void) {
    for (int round = 0; round < ROUNDS; round++) {
        struct iso_writer writer = answer_to_sale();
        for (uint32_t spoilt = 1 + random_below(4); spoilt > 0; spoilt--) {
            uint32_t at = random_below((uint32_t)writer.length - 2);
            writer.frame[2 + at] = (uint8_t)random_below(256);
        }
        // On the heap, and exactly as long as it says, so that each read beyond its end is seen.
        size_t length = random_below((uint32_t)writer.length - 1);
        length = round % 2 == 0 ? writer.length - 2 : length;
        uint8_t *frame = malloc(length + (length == 0));
        memcpy(frame, writer.frame + 2, length);
        struct answer answer;
        if (understood(frame, length, &answer)) {
            CHECK(strlen(answer.response) <= 2 && strlen(answer.paid_at) <= PAID_AT_DIGITS);
        }
        free(frame);
    }
}

static void test_other_orders(void) {
    struct iso_writer writer = answer_to_sale();
    struct iso_message message;
    struct answer answer;
    CHECK(iso_read(writer.frame + 2, writer.length - 2, &message));
    struct order other = {.number = 43, .amount = 1250};
    struct request requests[] = {
        {PURPOSE_SALE, &other, NULL, 7},
        {PURPOSE_QUERY, &ORDER, NULL, 7},
        {PURPOSE_REVERSAL, &ORDER, NULL, 7},
        {PURPOSE_SIGN_IN, NULL, NULL, 7},
    };
    for (size_t at = 0; at < sizeof requests / sizeof requests[0]; at++) {
        CHECK(!answer_read(&requests[at], &message, &answer));
    }
}

// Each request of an order has its own STAN, but for a reversal; so have those of the next one.
static void test_stans(void) {
    struct order order = {.number = 42};
    uint32_t last = order_stan(&order);
    for (order.asked = 0; order.asked < 31; order.asked++) {
        CHECK(order_query_stan(&order) == ++last);
    }
    struct order next = {.number = 43};
    CHECK(order_stan(&next) == last + 1);
    for (next.number = 31248; next.number <= 31251; next.number++) {
        CHECK(order_stan(&next) >= 1 && order_query_stan(&next) <= 999998);
    }
}

// A module that says `script`, then garbage as long as `garbage` lasts.
static const char *script = "";
static int garbage;
static uint32_t asked;

void uart_print(enum uart uart, const char *text) {
    CHECK(uart == UART_MODEM && text != NULL);
}

void uart_write(enum uart uart, const void *bytes, size_t count) {
    CHECK(uart == UART_MODEM && bytes != NULL && count > 0);
}

bool uart_read(enum uart uart, uint8_t *byte) {
    static const char USUAL[] = "\r\n>+QIRD: 9,\"OKERROR";
    CHECK(uart == UART_MODEM);
    if (*script == '\0' && garbage-- <= 0) {
        return false;
    }
    bool usual = random_below(2) == 0;
    uint32_t random = usual ? (uint8_t)USUAL[random_below(sizeof USUAL - 1)] : random_below(256);
    *byte = *script != '\0' ? (uint8_t)*script++ : (uint8_t)random;
    return true;
}

struct deadline deadline_in(uint32_t ms) {
    return (struct deadline){asked + ms};
}

bool expired(struct deadline deadline) {
    return asked++ >= deadline.at;
}

void idle(void) {
}

static void test_lines(void) {
    uint8_t bytes[16];
    script = "AT+CSQ\r\r\n+QIURC: \"recv\",0\r\n\r\n+CSQ: 21,99\r\n\r\nOK\r\n";
    CHECK(at_command("AT+CSQ", 1000) && strcmp(at_info(), "+CSQ: 21,99") == 0);
    CHECK(at_notices.readable && !at_notices.closed);
    script = "\r\n+QIRD: 4\r\nA\r\nB\r\n\r\nOK\r\n";
    CHECK(at_fetch("AT+QIRD=0,16", "+QIRD: ", bytes, sizeof bytes, 1000) == 4);
    CHECK(memcmp(bytes, "A\r\nB", 4) == 0);
    script = "\r\n+QIOPEN: 0,563\r\n";
    CHECK(at_listen(deadline_in(1000)) && at_notices.opened && at_notices.open_error == 563);
    script = "\r\n> ";
    CHECK(at_prompt("AT+QISEND=0,3", 1000));
    script = "\r\n+CME ERROR: 10\r\n";
    CHECK(!at_command("AT+CPIN?", 1000));
    CHECK(!at_command("AT", 1000)); // silence
}

static void test_garbage(void) {
    uint8_t bytes[16];
    for (int round = 0; round < ROUNDS / 1000; round++) {
        garbage = 1000000; // more than any deadline lets in
        at_command("AT", 1000);
        at_prompt("AT+QISEND=0,3", 1000);
        CHECK(at_fetch("AT+QIRD=0,16", "+QIRD: ", bytes, sizeof bytes, 1000) <= sizeof bytes);
        at_listen(deadline_in(1000));
        garbage = 0;
    }
}

static bool is_code(const char *text) {
    const char *why = NULL;
    bool fits = paycode_check(text, &why);
    CHECK(fits || why != NULL);
    return fits;
}

static void test_codes(void) {
    CHECK(is_code("134567890123456789") && is_code("2512345678901234"));
    CHECK(is_code("301234567890123456789012") && is_code("6212345678901234567"));
    CHECK(!is_code("") && !is_code("1") && !is_code("6901234567892"));
    CHECK(!is_code("13456789012345678") && !is_code("164567890123456789"));
    CHECK(!is_code("251234567890123") && !is_code("https://qr.alipay.com/bax01"));
}

static void test_amounts(void) {
    const struct {
        const char *keyed;
        uint32_t fen;
    } GOOD[] = {{"12.50", 1250}, {"12.5", 1250}, {"12", 1200}, {"5.", 500}, {"0.01", 1}};
    for (size_t at = 0; at < sizeof GOOD / sizeof GOOD[0]; at++) {
        uint32_t fen = 0;
        CHECK(parse_amount(GOOD[at].keyed, &fen) && fen == GOOD[at].fen);
    }
    const char *const BAD[] = {"", ".", ".5", "1.234", "1.2.3", "12x", "99999999999", "42949673"};
    for (size_t at = 0; at < sizeof BAD / sizeof BAD[0]; at++) {
        uint32_t fen;
        CHECK(!parse_amount(BAD[at], &fen));
    }
}

int main(void) {
    test_answer();
    test_spoilt_answers();
    test_other_orders();
    test_stans();
    test_lines();
    test_garbage();
    test_codes();
    test_amounts();
    puts("what comes from outside is read well");
    return 0;
}
