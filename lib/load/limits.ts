/**
 * Every number that bounds a load test, once, with its unit in the name and its reason beside it.
 *
 * @module
 */

/** Connections that a load test opens at once: a server's backlog and the handshakes that it bears are small. */
export const DIALS_AT_ONCE = 64;

/** Clients of a load test in which each hears all others: it keeps an account for every pair. */
export const BROADCAST_CLIENTS = 500;

/** Lost stretches, and answers without a number, that a client of a load test remembers: one may come late. */
export const REMEMBERED = 1000;

/** Faults of each kind that are kept to be shown: the first may turn out to be of another kind. */
export const FAULT_EXAMPLES = 8;

/** Reasons for which connections fail that a load test tells apart. */
export const REASONS = 16;

/** Characters of such a reason: a line or two. */
export const REASON_CHARACTERS = 120;

/** How long an answer may take before it counts as lost, unless `--timeout` says otherwise. */
export const LOST_MS = 2000;

/** How long a load test runs, unless `--duration` or `--messages` says otherwise. */
export const LOAD_MS = 5000;

/** How long a client that has all its answers listens for more, after it has ended its side. */
export const EXTRA_MS = 250;

/** The last of a wait that is spent awake where a timer is too coarse: timers are up to 2 ms late. */
export const SPIN_MS = 3;

/** Between the messages by which a load test finds out that all clients hear each other. */
export const PROBE_MS = 50;

/** How often a load test looks for answers that are overdue, and draws its line. */
export const LOAD_TICK_MS = 100;
