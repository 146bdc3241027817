/*
 * Chat fan-out under load: one sender writes 64-byte lines as fast as they are taken, and every
 * receiver gets each of them. The clock runs from the first write until the last receiver has all.
 *
 *     fanout_load PORT GROUP PAUSE_MS RECEIVERS SECONDS bytes|lines
 *
 * Prints "connected" and waits for a line on standard input, by which the peer has accepted all. The
 * length of the measured burst is found with shorter ones. Marked lines before and after it must be
 * the next that each receiver gets. What arrives is counted in bytes where a line always arrives with
 * the same length, else in newlines. Prints "start" and "stop", then a line of JSON.
 */
#include "clients.h"

enum {
    LINE_BYTES = 64,
    BLOCK_LINES = 1024,
    MARKS = 16,
    TAIL_BYTES = 8192,
    FIRST_BURST = 500,
    MOST_LINES = 16000000,
};

static int receivers, by_lines, sender, epoll;
static int *fds;
static size_t *owed;
static char block[BLOCK_LINES * LINE_BYTES];
static char marks[MARKS][LINE_BYTES];

/* Length of a line as it is delivered: a peer may put the sender's name before it. 0: not yet known. */
static size_t delivered;

static size_t count_of(const char *bytes, size_t length) {
    if (!by_lines) return length;
    size_t count = 0;
    const char *end = bytes + length;
    while ((bytes = memchr(bytes, '\n', end - bytes))) count++, bytes++;
    return count;
}

/* The sender hears notices, which are of no interest; non-blocking, since it is also written to. */
static void drain_sender(void) {
    ssize_t count = recv(sender, sink, SINK_BYTES, MSG_DONTWAIT);
    if (count == 0) fail("Cannot go on: the peer has closed the sender");
    if (count < 0 && errno != EAGAIN) fail("Cannot read: %m");
}

/* Sends `lines` lines and takes them at every receiver; returns the seconds that took. */
static double burst(size_t lines) {
    size_t left = lines * LINE_BYTES, at = 0;
    int waiting = receivers;
    for (int i = 0; i < receivers; i++) owed[i] = by_lines ? lines : lines * delivered;
    watch(epoll, EPOLL_CTL_MOD, sender, EPOLLIN | EPOLLOUT, receivers);
    double start = now();
    while (waiting > 0) {
        struct epoll_event events[EVENTS];
        int ready = wait_for(epoll, events);
        for (int i = 0; i < ready; i++) {
            int number = events[i].data.u32;
            if (number < receivers) {
                size_t count = count_of(sink, read_some(fds[number], sink, SINK_BYTES));
                if (count > owed[number]) fail("Cannot trust the peer: it relays more than was sent");
                if ((owed[number] -= count) == 0 && count > 0) waiting--;
                continue;
            }
            if (events[i].events & EPOLLIN) drain_sender();
            if (!(events[i].events & EPOLLOUT)) continue;
            size_t most = sizeof block - at;
            ssize_t sent = send(sender, block + at, left < most ? left : most, MSG_DONTWAIT);
            if (sent < 0) fail("Cannot write: %m");
            at = (at + sent) % sizeof block;
            if ((left -= sent) == 0) watch(epoll, EPOLL_CTL_MOD, sender, EPOLLIN, receivers);
        }
    }
    if (left > 0) fail("Cannot trust the peer: it relays what was not sent");
    return now() - start;
}

/* Reads until the last mark; the 16 lines at the end must be the marks, however each begins. */
static void receive_marks(int number) {
    static char tail[TAIL_BYTES];
    size_t filled = 0, total = 0;
    const char *last = marks[MARKS - 1];
    while (filled < LINE_BYTES || memcmp(tail + filled - LINE_BYTES, last, LINE_BYTES)) {
        if (filled == TAIL_BYTES) { /* notices: those of a room of a thousand are long */
            memmove(tail, tail + TAIL_BYTES / 2, TAIL_BYTES / 2);
            filled = TAIL_BYTES / 2;
        }
        size_t count = read_some(fds[number], tail + filled, TAIL_BYTES - filled);
        filled += count, total += count;
    }
    char *end = tail + filled;
    for (int i = MARKS - 1; i >= 0; i--) {
        char *line = end - LINE_BYTES;
        if (line < tail || memcmp(line, marks[i], LINE_BYTES)) {
            fail("Cannot trust the peer: receiver %d misses a marked line before \"%.63s\"", number,
                 end < tail + filled ? end : line);
        }
        while (line > tail && line[-1] != '\n') line--;
        size_t length = end - line;
        if (delivered == 0) delivered = length;
        if (!by_lines && length != delivered) fail("Cannot count: lines arrive with various lengths");
        end = line;
    }
}

/* Marked lines, which all receivers must get next; only before the first ones a notice may come. */
static void probe(int round) {
    for (int i = 0; i < MARKS; i++) {
        int written = snprintf(marks[i], LINE_BYTES, "marked line %d of round %d ", i, round);
        pad_line(marks[i], written, LINE_BYTES);
    }
    write_all(sender, marks[0], sizeof marks);
    for (int i = 0; i < receivers; i++) receive_marks(i);
}

static void connect_all(int port, int pause_ms) {
    fds = calloc(receivers, sizeof *fds);
    owed = calloc(receivers, sizeof *owed);
    sender = connect_to(port, pause_ms);
    watch(epoll, EPOLL_CTL_ADD, sender, EPOLLIN, receivers);
    for (int i = 0; i < receivers; i++) {
        fds[i] = connect_to(port, pause_ms);
        watch(epoll, EPOLL_CTL_ADD, fds[i], EPOLLIN, i);
    }
    puts("connected");
    fflush(stdout);
    if (getchar() == EOF) fail("Cannot go on: nobody says that the peer has accepted all");
}

int main(int count, char **arguments) {
    if (count != 7) return fputs("Usage: see fanout_load.c\n", stderr), 2;
    int port = atoi(arguments[1]), group = atoi(arguments[2]), pause_ms = atoi(arguments[3]);
    double aim = atof(arguments[5]);
    receivers = atoi(arguments[4]);
    by_lines = strcmp(arguments[6], "lines") == 0;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < BLOCK_LINES; i++) pad_line(block + i * LINE_BYTES, 0, LINE_BYTES);
    if ((epoll = epoll_create1(0)) < 0) fail("Cannot open epoll: %m");
    allow(0);
    connect_all(port, pause_ms);
    probe(0);
    size_t lines = FIRST_BURST;
    double seconds = burst(lines);
    while (seconds < aim / 4 && lines < MOST_LINES) {
        lines = lines * 4 < MOST_LINES ? lines * 4 : MOST_LINES;
        allow(aim);
        seconds = burst(lines);
    }
    probe(1);
    double wanted = lines * aim / seconds;
    lines = wanted < MOST_LINES ? (size_t)wanted + 1 : MOST_LINES;
    allow(aim * 4);
    double cpu = own_cpu_seconds(), peer_cpu = peer_cpu_seconds(group);
    seconds = burst(lines);
    cpu = own_cpu_seconds() - cpu, peer_cpu = peer_cpu_seconds(group) - peer_cpu;
    allow(0);
    probe(2);
    printf("{\"messages\": %.0f, \"seconds\": %.6f, \"cpuSeconds\": %.6f, ",
           (double)lines * receivers, seconds, cpu);
    printf("\"peerCpuSeconds\": %.6f}\n", peer_cpu);
}
