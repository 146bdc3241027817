/*
 * A reverse echo server with as little between it and the kernel as C allows: one thread, epoll, one
 * buffer for each client. It stands for the limit: what the machine does when the program costs next
 * to nothing.
 *
 *     epoll_echo PORT
 *
 * Each line comes back with its bytes reversed; all complete lines of one read leave in one write.
 * A client whose answers do not fit into its socket is not read from until they do.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 65536, BACKLOG = 4096, EVENTS = 256 };

/* bytes[sent..answered) is reversed and owed; bytes[answered..filled) is the begin of a line. */
struct client {
    int fd;
    size_t sent, answered, filled;
    char bytes[BUFFER_BYTES];
};

static int epoll;

static void fail(const char *act) {
    perror(act);
    exit(1);
}

static void watch(int operation, int fd, uint32_t events, struct client *client) {
    struct epoll_event event = {.events = events, .data.ptr = client};
    if (epoll_ctl(epoll, operation, fd, &event) < 0) fail("Cannot watch a socket");
}

static void drop(struct client *client) {
    close(client->fd); /* which also ends the watching */
    free(client);
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0 && errno == EAGAIN) return;
        if (fd < 0 && errno == ECONNABORTED) continue;
        if (fd < 0) fail("Cannot accept");
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct client *client = malloc(sizeof *client); /* pages that nobody touches cost nothing */
        if (!client) fail("Cannot remember a client");
        client->fd = fd;
        client->sent = client->answered = client->filled = 0;
        watch(EPOLL_CTL_ADD, fd, EPOLLIN, client);
    }
}

static void reverse(char *first, char *end) {
    while (first < --end) {
        char byte = *first;
        *first++ = *end;
        *end = byte;
    }
}

/* Turns every complete line around, in place. */
static void answer(struct client *client) {
    char *line = client->bytes + client->answered, *end = client->bytes + client->filled, *newline;
    while ((newline = memchr(line, '\n', end - line))) {
        reverse(line, newline);
        line = newline + 1;
    }
    client->answered = line - client->bytes;
}

/* Writes what is owed: 1 when all has gone, 0 when the socket is full, -1 when the client has. */
static int flush(struct client *client) {
    while (client->sent < client->answered) {
        size_t owed = client->answered - client->sent;
        ssize_t count = write(client->fd, client->bytes + client->sent, owed);
        if (count < 0) return errno == EAGAIN ? 0 : -1;
        client->sent += count;
    }
    client->filled -= client->answered;
    memmove(client->bytes, client->bytes + client->answered, client->filled);
    client->sent = client->answered = 0;
    return 1;
}

static void serve(struct client *client, uint32_t events) {
    int was_full = client->sent < client->answered;
    if (!was_full) {
        size_t room = BUFFER_BYTES - client->filled; /* none: a line that does not fit */
        ssize_t count = room ? read(client->fd, client->bytes + client->filled, room) : 0;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return drop(client);
        client->filled += count;
        answer(client);
    } else if (!(events & EPOLLOUT)) {
        return drop(client);
    }
    int done = flush(client);
    if (done < 0) return drop(client);
    if (done == was_full) watch(EPOLL_CTL_MOD, client->fd, done ? EPOLLIN : EPOLLOUT, client);
}

int main(int count, char **arguments) {
    if (count != 2) return fputs("Usage: epoll_echo PORT\n", stderr), 2;
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    if (listener < 0) fail("Cannot open a socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("Cannot bind");
    if (listen(listener, BACKLOG) < 0) fail("Cannot listen");
    epoll = epoll_create1(0);
    if (epoll < 0) fail("Cannot open epoll");
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) fail("Cannot wait");
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            if (client) serve(client, events[i].events);
            else accept_all(listener);
        }
    }
}
