/*
 * Reverse echo under load: each client writes a block of 32-byte lines, awaits the whole answer and
 * repeats. A block of one line is ping-pong; a longer block keeps that many messages in flight.
 *
 *     echo_load PORT GROUP PAUSE_MS CLIENTS BLOCK WARM_UP_SECONDS SECONDS lines|chunks
 *
 * Before and after, one block of each client is compared with what its answer must be: each line
 * reversed, or, of a peer that reverses whatever chunk it reads, the chunk. Between them the answers
 * are counted, to the byte. Prints a line of JSON; processor time is this program's and that of the
 * peer's process group, connectSeconds runs from the first connect until all first blocks are answered.
 */
#include "clients.h"

enum { MESSAGE_BYTES = 32 };

struct client {
    int fd;
    size_t owed; /* bytes of the answer that are still to come */
    char *block;
};

/* What happened under the clock. */
struct result {
    double messages, seconds, cpu, peer_cpu;
};

static int group, clients, messages, by_lines;
static size_t block_bytes;
static struct client *all;

/* Distinct for each client, message and round, so that no stale or foreign answer passes. */
static void fill(int number, int round) {
    for (int i = 0; i < messages; i++) {
        char *line = all[number].block + i * MESSAGE_BYTES;
        int written = snprintf(line, MESSAGE_BYTES, "client %d round %d: %d ", number, round, i);
        pad_line(line, written, MESSAGE_BYTES);
    }
}

static void reverse(char *bytes, size_t length) {
    for (size_t i = 0; i < length / 2; i++) {
        char byte = bytes[i];
        bytes[i] = bytes[length - 1 - i];
        bytes[length - 1 - i] = byte;
    }
}

/* Where chunks of several lines begin cannot be known: then any order of the bytes will do. */
static int same_bytes(const char *one, const char *other) {
    size_t counts[256] = {0};
    for (size_t i = 0; i < block_bytes; i++) counts[(unsigned char)one[i]]++;
    for (size_t i = 0; i < block_bytes; i++) {
        if (counts[(unsigned char)other[i]]-- == 0) return 0;
    }
    return 1;
}

static int is_answer(const char *answer, char *block) {
    if (!by_lines && messages > 1) return same_bytes(answer, block);
    for (int i = 0; i < messages; i++) {
        reverse(block + i * MESSAGE_BYTES, by_lines ? MESSAGE_BYTES - 1 : MESSAGE_BYTES);
    }
    return memcmp(answer, block, block_bytes) == 0;
}

/* Every client sends a block, and every answer is compared whole. */
static void check(int round) {
    char *answer = malloc(block_bytes);
    for (int i = 0; i < clients; i++) {
        fill(i, round);
        write_all(all[i].fd, all[i].block, block_bytes);
    }
    for (int i = 0; i < clients; i++) {
        for (size_t got = 0; got < block_bytes;) {
            got += read_some(all[i].fd, answer + got, block_bytes - got);
        }
        if (!is_answer(answer, all[i].block)) {
            fail("Cannot trust the peer: to client %d it answers \"%.31s\"", i, answer);
        }
    }
    free(answer);
}

/* Works until the clock has stopped and all is answered. */
static struct result exchange(int epoll, double warm_up, double duration) {
    struct result result = {0};
    double start = now() + warm_up, stop = start + duration;
    size_t bytes = 0;
    int working = clients, timed = 0, over = 0;
    for (int i = 0; i < clients; i++) {
        write_all(all[i].fd, all[i].block, block_bytes);
        all[i].owed = block_bytes;
    }
    while (working > 0) {
        struct epoll_event events[EVENTS];
        int ready = wait_for(epoll, events);
        double time = now();
        if (!timed && time >= start) {
            timed = 1, bytes = 0;
            result.cpu = own_cpu_seconds(), result.peer_cpu = peer_cpu_seconds(group);
            start = now(), stop = start + duration;
        } else if (!over && time >= stop) {
            over = 1, result.seconds = time - start;
            result.messages = (double)bytes / MESSAGE_BYTES;
            result.cpu = own_cpu_seconds() - result.cpu;
            result.peer_cpu = peer_cpu_seconds(group) - result.peer_cpu;
        }
        for (int i = 0; i < ready; i++) {
            struct client *client = &all[events[i].data.u32];
            size_t count = read_some(client->fd, sink, SINK_BYTES);
            if (count > client->owed) fail("Cannot trust the peer: it answers more than was asked");
            bytes += count;
            client->owed -= count;
            if (client->owed > 0) continue;
            if (over) {
                working--;
                continue;
            }
            write_all(client->fd, client->block, block_bytes);
            client->owed = block_bytes;
        }
    }
    return result;
}

int main(int count, char **arguments) {
    if (count != 9) return fputs("Usage: see echo_load.c\n", stderr), 2;
    int port = atoi(arguments[1]), pause_ms = atoi(arguments[3]);
    group = atoi(arguments[2]), clients = atoi(arguments[4]), messages = atoi(arguments[5]);
    double warm_up = atof(arguments[6]), duration = atof(arguments[7]);
    by_lines = strcmp(arguments[8], "lines") == 0;
    block_bytes = (size_t)messages * MESSAGE_BYTES;
    signal(SIGPIPE, SIG_IGN);
    int epoll = epoll_create1(0);
    if (epoll < 0) fail("Cannot open epoll: %m");
    all = calloc(clients, sizeof *all);
    allow(0);
    double begin = now();
    for (int i = 0; i < clients; i++) {
        all[i].fd = connect_to(port, pause_ms);
        all[i].block = malloc(block_bytes);
        watch(epoll, EPOLL_CTL_ADD, all[i].fd, EPOLLIN, i);
    }
    check(0);
    double connected = now() - begin;
    for (int i = 0; i < clients; i++) fill(i, 1);
    allow(warm_up + duration);
    struct result result = exchange(epoll, warm_up, duration);
    allow(0);
    check(2);
    printf("{\"messages\": %.0f, \"seconds\": %.6f, \"cpuSeconds\": %.6f, ", result.messages,
           result.seconds, result.cpu);
    printf("\"peerCpuSeconds\": %.6f, \"connectSeconds\": %.6f}\n", result.peer_cpu, connected);
}
