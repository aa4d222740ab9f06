// The form of payment codes: WeChat 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30,
// UnionPay 19 digits with 62 (the wallets' guides for merchants).

#include "paycode.h"

#include "memory.h"
#include "text.h"

#include <stdint.h>

bool paycode_check(const char *text, const char **why) {
    size_t digits = 0, length = strlen(text);
    while (is_digit(text[digits])) {
        digits++;
    }
    uint32_t prefix;
    if (digits < length || !parse_number(text, length < 2 ? 0 : 2, &prefix)) {
        *why = "OPEN THE PAYMENT CODE";
        return false;
    }
    bool wechat = prefix >= 10 && prefix <= 15 && length == 18;
    bool alipay = prefix >= 25 && prefix <= 30 && length >= 16 && length <= PAYCODE_MAX;
    bool unionpay = prefix == 62 && length == 19;
    *why = "NOT A PAYMENT CODE";
    return wechat || alipay || unionpay;
}
