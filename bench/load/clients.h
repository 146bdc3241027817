/*
 * What the load generators share: sockets of which every failure ends the run with one line, so that
 * a peer that refuses, closes early or stays silent is never a low figure.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef STEP_SECONDS
#define STEP_SECONDS 60 /* for a peer to connect all, or to answer all once */
#endif

enum { EVENTS = 256, SINK_BYTES = 256 * 1024 };

/* What arrives under the clock is counted, not looked at: one buffer serves all clients. */
static char sink[SINK_BYTES];

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    exit(1);
}

static void too_late(int number) {
    (void)number;
    static const char message[] = "Cannot go on: the peer has not answered in time\n";
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(2);
    _exit(1);
}

/* The next step must be done in time; a peer that hangs would hang the load otherwise. */
static void allow(double seconds) {
    signal(SIGALRM, too_late);
    alarm(STEP_SECONDS + (unsigned)seconds);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double own_cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    struct timeval user = usage.ru_utime, system = usage.ru_stime;
    return user.tv_sec + system.tv_sec + (user.tv_usec + system.tv_usec) / 1e6;
}

/* Seconds on a processor of all threads of a process: to the nanosecond, not in ticks of 10 ms. */
static double cpu_seconds_of(const char *pid) {
    char path[600];
    snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *tasks = opendir(path);
    double sum = 0;
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        snprintf(path, sizeof path, "/proc/%s/task/%.20s/schedstat", pid, task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        unsigned long long nanoseconds = 0;
        if (file && fscanf(file, "%llu", &nanoseconds) == 1) sum += nanoseconds / 1e9;
        if (file) fclose(file);
    }
    if (tasks) closedir(tasks);
    return sum;
}

/* That of the peer: of all processes of its group, since some serve each client by one. */
static double peer_cpu_seconds(int group) {
    DIR *processes = opendir("/proc");
    if (!processes) fail("Cannot read /proc: %m");
    double sum = 0;
    for (struct dirent *process; (process = readdir(processes));) {
        int pid = atoi(process->d_name);
        if (pid > 0 && getpgid(pid) == group) sum += cpu_seconds_of(process->d_name);
    }
    closedir(processes);
    return sum;
}

/* A pause before each connect is for a peer whose backlog is short. */
static int connect_to(int port, int pause_ms) {
    usleep(pause_ms * 1000);

    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0) fail("Cannot open a socket: %m");
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("Cannot connect: %m");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void watch(int epoll, int operation, int fd, uint32_t events, int number) {
    struct epoll_event event = {.events = events, .data.u32 = number};
    if (epoll_ctl(epoll, operation, fd, &event) < 0) fail("Cannot watch a socket: %m");
}

static int wait_for(int epoll, struct epoll_event *events) {
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    if (ready < 0) fail("Cannot wait: %m");
    return ready;
}

/* Reads what there is, at least one byte. */
static size_t read_some(int fd, char *bytes, size_t room) {
    ssize_t count = read(fd, bytes, room);
    if (count < 0) fail("Cannot read: %m");
    if (count == 0) fail("Cannot go on: the peer has closed a connection");
    return count;
}

static void write_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(fd, bytes, length);
        if (count < 0) fail("Cannot write: %m");
        bytes += count;
        length -= count;
    }
}

/* A line's text, padded to `width` bytes of which the last is a newline. */
static void pad_line(char *line, int written, int width) {
    for (int i = written; i < width - 1; i++) line[i] = "abcdefgh"[i % 8];
    line[width - 1] = '\n';
}
