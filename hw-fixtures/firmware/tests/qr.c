// Draws the text of its argument as a QR code, a line a row, `#` for dark. Runs on the developer's
// machine, where readers that know nothing of this encoder look at it.

#include "qr.h"

#include <stdio.h>

int main(int count, char **arguments) {
    static struct qr qr;
    if (count != 2 || !qr_encode(arguments[1], &qr)) {
        fputs("usage: qr TEXT, of at most 106 characters\n", stderr);
        return 2;
    }
    for (int row = 0; row < QR_MODULES; row++) {
        for (int column = 0; column < QR_MODULES; column++) {
            putchar(qr.dark[row][column] ? '#' : '.');
        }
        putchar('\n');
    }
    return 0;
}
