// The acquirer's host: a connection for each exchange, frames cut out of its stream.

#include "host.h"

#include "config.h"
#include "memory.h"
#include "modem.h"

// How long an answer may take (assumption; card terminals wait up to 60 s, but a customer stands at
// the till).
enum { ANSWER_MS = SECONDS(20) };

static bool signed_in;
static uint32_t batch = 1;

// What was read of the connection beyond the last frame.
static uint8_t stream[2 * ISO_FRAME_MAX];
static size_t stream_length;

static bool connect(void) {
    if (modem_is_connected()) {
        return true;
    }
    stream_length = 0;
    return modem_connect(HOST_NAME, HOST_PORT);
}

void host_done(void) {
    modem_close();
}

// The length of the frame at the beginning of the stream, with its two bytes; 0 when it is not
// whole yet. One that is too long never gets whole, and the stream is of no use any more.
static size_t whole_frame(void) {
    size_t length = 2 + (size_t)(stream[0] << 8 | stream[1]);
    return stream_length >= 2 && length <= stream_length ? length : 0;
}

static void drop_frame(size_t length) {
    stream_length -= length;
    for (size_t at = 0; at < stream_length; at++) {
        stream[at] = stream[at + length];
    }
}

static bool read_answer(const struct request *request, struct answer *answer) {
    struct deadline until = deadline_in(ANSWER_MS);
    for (;;) {
        for (size_t length = whole_frame(); length > 0; length = whole_frame()) {
            static struct iso_message message;
            bool fits = iso_read(stream + 2, length - 2, &message) &&
                        answer_read(request, &message, answer);
            drop_frame(length);
            if (fits) {
                return true;
            }
        }
        size_t room = sizeof stream - stream_length;
        size_t taken = room > 0 ? modem_receive(stream + stream_length, room, until) : 0;
        if (taken == 0) {
            return false;
        }
        stream_length += taken;
    }
}

static enum reached exchange(const struct request *request, struct answer *answer) {
    static struct iso_writer writer;
    if (!request_write(request, &writer) || !connect()) {
        return REACHED_NOT;
    }
    if (modem_send(writer.frame, writer.length) == SENT_NOTHING) {
        modem_close();
        return REACHED_NOT;
    }
    if (read_answer(request, answer)) {
        return REACHED_ANSWER;
    }
    // A silent connection is not used again.
    modem_close();
    return REACHED_MAYBE;
}

bool host_sign_in(void) {
    if (signed_in) {
        return true;
    }
    struct request request = {PURPOSE_SIGN_IN, NULL, NULL, batch};
    struct answer answer;
    if (exchange(&request, &answer) != REACHED_ANSWER || strcmp(answer.response, "00") != 0) {
        return false;
    }
    batch = answer.has_batch ? answer.batch : batch;
    signed_in = true;
    return true;
}

void host_sign_out(void) {
    signed_in = false;
}

bool host_echo(void) {
    struct request request = {PURPOSE_ECHO, NULL, NULL, batch};
    struct answer answer;
    return exchange(&request, &answer) == REACHED_ANSWER;
}

enum reached host_ask(enum purpose purpose, const struct order *order, const char *code,
                      struct answer *answer) {
    if (!host_sign_in()) {
        return REACHED_NOT;
    }
    struct request request = {purpose, order, code, batch};
    return exchange(&request, answer);
}
