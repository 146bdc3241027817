/**
 * How the figures of the servers came about, for the page that shows them.
 *
 * @module
 */

import { JUDGED_DEPTH } from "./echo_works.ts";

export const METHOD = `\
Each run measures every server once, one after the other, and then the next run begins, so that a
slow spell of the machine meets all of them. The figures are medians over the runs, the ratios are
ratios of these medians. A server is started anew for each measurement. The machine is shared and
noisy: the ratios mean more than single figures, and the spread stands beside each of them.

Servers have a backlog of at least 1,024 (ncat has 10, so its clients come more slowly, off the
clock), and TCP_NODELAY is set on both sides (ncat has no option for that). The load generators of
echo and chat are C programs (bench/load); they share the cores with the server. "cores" shows how
many of them each of the two kept busy, and counts every process of a server: where the load
generator is near 1.00 and the server is not, the server could do more than is shown. "server's CPU"
is what one message or delivery costs the server, which depends less on who else is busy here.

- Reverse echo: each client writes one message of 32 bytes (pipelined: a block of so many messages),
  awaits the whole answer and repeats. The first and the last block of each client are compared with
  what they must be answered; between them bytes are counted. Pipelined targets are judged with
  ${JUDGED_DEPTH} in flight: 2 KiB for each client, twice what one recv(1024) of the courses' programs
  takes. "seed 004" is the server of a course as it stands, which reverses whatever chunk it reads;
  with --lines it answers line by line, as all the others do. "C epoll" stands for the limit.
- Chat: one sender writes lines of 64 bytes as fast as they are taken; the clock stops when the last
  receiver has every byte. Marked lines before and after must be the next that each receiver gets.
  "seed 001" as it stands relays chunks of up to 1,024 bytes and prints them, with --lines it relays
  line by line; ncat relays whatever chunks it reads. labwire puts the sender's name before each
  line. \`ncat --chat\` is not among those with 1,000 receivers: it tells everybody who is there
  whenever somebody comes, waits for whoever does not read that, and stands still.
- Growth: the same works of labwire with more and more clients; beside it another server, which shows
  what the machine does to everybody. "each time the clients double": the factor between two columns,
  to the power of 1 / log2 of how many times the clients are. Connecting is that of a server just
  started, whose first client also waits for what is compiled at first use.
- Memory: VmRSS of the server before and after the clients connect that send nothing. In a room one of
  them then writes a line, which must reach all others; the time counts this benchmark's reading, too.
- Ciphers: clients of labwire's own library in this process and \`labwire echo-reverse\`, in the native
  dialect: so many a second, and in brackets the processor time of both sides together, as a multiple
  of that over \`none\`. Clients are taken in one after the other.
- Start-up: from the start of a process to its end.

A server that refuses, closes early or answers wrongly ends the benchmark with an error.`;
