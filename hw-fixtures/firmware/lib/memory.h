// What the firmware needs of C's string.h, which a compiler without C library does not bring.
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t count);
int strcmp(const char *a, const char *b);
