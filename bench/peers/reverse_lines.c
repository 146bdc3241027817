/*
 * Reverses each line of standard input to standard output, for `ncat --exec` and `socat EXEC:`, which
 * start it once for each client. All complete lines of one read leave in one write.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char bytes[65536];

static void reverse(char *first, char *end) {
    while (first < --end) {
        char byte = *first;
        *first++ = *end;
        *end = byte;
    }
}

int main(void) {
    size_t filled = 0;
    for (;;) {
        ssize_t count = read(STDIN_FILENO, bytes + filled, sizeof bytes - filled);
        if (count <= 0) return count < 0 || filled == sizeof bytes; /* full: a line that does not fit */
        filled += count;
        char *line = bytes, *end = bytes + filled, *newline;
        while ((newline = memchr(line, '\n', end - line))) {
            reverse(line, newline);
            line = newline + 1;
        }
        for (char *unsent = bytes; unsent < line;) {
            ssize_t written = write(STDOUT_FILENO, unsent, line - unsent);
            if (written < 0) return perror("Cannot answer"), 1;
            unsent += written;
        }
        filled = end - line;
        memmove(bytes, line, filled);
    }
}
