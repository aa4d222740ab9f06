// The line to the module: reads line by line, and tells results from notices by their beginning.

#include "at.h"

#include "memory.h"
#include "text.h"
#include "uart.h"

struct notices at_notices;

// The line that is being read, and the last line of information. Longer lines are cut.
enum { LINE_MAX = 127 };
static char line_chars[LINE_MAX + 1], info_chars[LINE_MAX + 1];
static struct text line = {line_chars, 0, sizeof line_chars};
static struct text info = {info_chars, 0, sizeof info_chars};

static const char ESCAPE[] = "\x1b";

enum heard { HEARD_SILENCE, HEARD_INFO, HEARD_NOTICE, HEARD_OK, HEARD_ERROR, HEARD_PROMPT };

// A line that never falls silent, as a broken one, does not hold up the deadline.
static bool next_byte(uint8_t *byte, struct deadline until) {
    while (!expired(until)) {
        if (uart_read(UART_MODEM, byte)) {
            return true;
        }
        idle();
    }
    return false;
}

// Reads up to the end of a line that is not empty, or a prompt, which has no end of line.
static bool next_line(struct deadline until) {
    uint8_t byte;
    text_clear(&line);
    while (next_byte(&byte, until)) {
        if (byte == '\r' || byte == '\n') {
            if (line.length > 0) {
                return true;
            }
        } else if (line.length > 0 || byte != ' ') {
            text_add_char(&line, (char)byte);
            if (strcmp(line.chars, ">") == 0) {
                return true;
            }
        }
    }
    return false;
}

// The number behind the last comma of the line.
static uint32_t last_number_of_line(void) {
    size_t at = line.length;
    while (at > 0 && is_digit(line.chars[at - 1])) {
        at--;
    }
    uint32_t number;
    return parse_number(line.chars + at, line.length - at, &number) ? number : UINT32_MAX;
}

static bool is_notice(void) {
    const char *text = line.chars;
    if (begins(text, "+QIURC: \"recv\"")) {
        at_notices.readable = true;
    } else if (begins(text, "+QIURC: \"closed\"")) {
        at_notices.closed = true;
    } else if (begins(text, "+QIOPEN: ")) {
        at_notices.opened = true;
        at_notices.open_error = last_number_of_line();
    } else if (begins(text, "+QIURC: \"pdpdeact\"") || strcmp(text, "RDY") == 0 ||
               strcmp(text, "POWERED DOWN") == 0 || begins(text, "+CPIN: NOT")) {
        at_notices.closed = true;
    } else {
        return false;
    }
    return true;
}

static enum heard listen(struct deadline until) {
    if (!next_line(until)) {
        return HEARD_SILENCE;
    }
    const char *text = line.chars;
    if (strcmp(text, "OK") == 0 || strcmp(text, "SEND OK") == 0) {
        return HEARD_OK;
    }
    if (begins(text, "ERROR") || begins(text, "+CME ERROR") || strcmp(text, "SEND FAIL") == 0) {
        return HEARD_ERROR;
    }
    if (strcmp(text, ">") == 0) {
        return HEARD_PROMPT;
    }
    return is_notice() ? HEARD_NOTICE : HEARD_INFO;
}

static bool wait_for(enum heard wanted, struct deadline until) {
    for (;;) {
        enum heard heard = listen(until);
        if (heard == wanted) {
            return true;
        }
        if (heard == HEARD_SILENCE || heard == HEARD_ERROR || heard == HEARD_OK) {
            return false;
        }
        if (heard == HEARD_INFO) {
            text_clear(&info);
            text_add(&info, line.chars);
        }
    }
}

static void send(const char *command) {
    text_clear(&info);
    uart_print(UART_MODEM, command);
    uart_print(UART_MODEM, "\r");
}

bool at_command(const char *command, uint32_t patience_ms) {
    send(command);
    return wait_for(HEARD_OK, deadline_in(patience_ms));
}

const char *at_info(void) {
    return info.chars;
}

bool at_prompt(const char *command, uint32_t patience_ms) {
    send(command);
    if (wait_for(HEARD_PROMPT, deadline_in(patience_ms))) {
        return true;
    }
    // A prompt that comes too late must not take the next command for data.
    uart_print(UART_MODEM, ESCAPE);
    return false;
}

bool at_data(const uint8_t *bytes, size_t count, uint32_t patience_ms) {
    uart_write(UART_MODEM, bytes, count);
    return wait_for(HEARD_OK, deadline_in(patience_ms));
}

// Takes `count` bytes behind the end of the line that announced them.
static size_t take_data(uint8_t *bytes, size_t count, struct deadline until) {
    uint8_t byte;
    bool ended = next_byte(&byte, until) && byte == '\n';
    size_t taken = 0;
    while (ended && taken < count && next_byte(&bytes[taken], until)) {
        taken++;
    }
    return taken;
}

size_t at_fetch(const char *command, const char *start, uint8_t *bytes, size_t room,
                uint32_t patience_ms) {
    struct deadline until = deadline_in(patience_ms);
    size_t taken = 0;
    send(command);
    for (;;) {
        enum heard heard = listen(until);
        if (heard == HEARD_SILENCE || heard == HEARD_ERROR || heard == HEARD_OK) {
            return taken;
        }
        uint32_t count;
        size_t skip = strlen(start);
        if (heard == HEARD_INFO && begins(line.chars, start) &&
            parse_number(line.chars + skip, line.length - skip, &count) && count <= room) {
            taken = count > 0 ? take_data(bytes, count, until) : 0;
        }
    }
}

bool at_listen(struct deadline until) {
    for (;;) {
        enum heard heard = listen(until);
        if (heard == HEARD_NOTICE || heard == HEARD_SILENCE) {
            return heard == HEARD_NOTICE;
        }
    }
}

void at_quiet(uint32_t ms) {
    struct deadline until = deadline_in(ms);
    while (listen(until) != HEARD_SILENCE) {
    }
}
