// The functions of C's string.h that the compiler calls by itself and the firmware uses. There is
// no C library.

#include "memory.h"

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    for (unsigned char *t = to; count > 0; count--) {
        *t++ = *(const unsigned char *)from;
        from = (const unsigned char *)from + 1;
    }
    return to;
}

void *memset(void *to, int byte, size_t count) {
    for (unsigned char *t = to; count > 0; count--) {
        *t++ = (unsigned char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t count) {
    const unsigned char *left = a, *right = b;
    for (; count > 0; count--, left++, right++) {
        if (*left != *right) {
            return *left - *right;
        }
    }
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}

int strncmp(const char *a, const char *b, size_t count) {
    for (; count > 0 && *a != '\0' && *a == *b; count--, a++, b++) {
    }
    return count == 0 ? 0 : (unsigned char)*a - (unsigned char)*b;
}

int strcmp(const char *a, const char *b) {
    return strncmp(a, b, (size_t)-1);
}
