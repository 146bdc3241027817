/**
 * Every number that bounds something, once, with its unit in the name and its reason beside it; those
 * of load tests are in `load/limits.ts`.
 *
 * @module
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** The longest line or raw message: a screenful many times over, yet 1,000 of them fit in memory. */
export const LINE_BYTES = 64 * KiB;

/** Lines in one message: over text each shows the sender's name, which would make 64 KiB of newlines 8 MiB. */
export const MESSAGE_LINES = 1000;

/** The longest JSON value: a line of 64 KiB grows by a third in base64, plus its envelope. */
export const JSON_BYTES = 128 * KiB;

/**
 * The longest line or JSON value that a client takes from a server: a message of 64 KiB grows up to
 * eightfold when it is made harmless, and fourfold in base64.
 */
export const HEARD_BYTES = 1 * MiB;

/** How deep JSON may nest: the message is flat, so 64 is generous, and the parser recurses safely. */
export const JSON_DEPTH = 64;

/** The longest native control message: room for a roster or a listing of thousands of lines. */
export const CONTROL_BYTES = 1 * MiB;

/** File bytes in one native block: the size at which loopback writes stop getting faster. */
export const BLOCK_BYTES = 1 * MiB;

/** Bytes in the name of a file: what the file systems in use have in common. */
export const NAME_BYTES = 255;

/** Blocks of a part that are written before their hashes are, after the disk has them. */
export const RECORD_BLOCKS = 16;

/** A file changed less than this long ago may change again and look the same: times are coarse. */
export const SETTLED_MS = 2000;

/** Block hashes that a server keeps: 32 bytes each, so that this is enough for 512 GiB of files. */
export const HASH_CACHE_BYTES: number = 16 * MiB;

/** Files that a conversation fetches or puts at once, each over a connection; the next line typed waits. */
export const FILES_AT_ONCE = 4;

/** Requests that a client sends before their answers have come: small files need not wait in turn. */
export const REQUESTS_AHEAD = 16;

/** What an uploaded file counts at least: room on the disk, and a bound for empty ones. */
export const ENTRY_BYTES: number = 4 * KiB;

/** Files and folders in a share into which clients put: a listing of all of them must stay small. */
export const SHARE_ENTRIES = 100_000;

/** The largest file that is taken, unless `--max-upload` says otherwise. */
export const MAX_UPLOAD_BYTES: number = 1024 * MiB;

/** All that a writable share may hold, unless `--quota` says otherwise. */
export const QUOTA_BYTES: number = 10 * 1024 * MiB;

/** How old a count of what a share holds may be: its owner may have taken files away. */
export const USAGE_MS = 2000;

/** Parts of uploads that nobody went on with for so long are removed. */
export const PART_MS: number = 24 * 3600 * 1000;

/** Folders in a path: deeper ones exhaust path lengths and the reader. */
export const PATH_DEPTH = 32;

/** Files and folders that one command fetches or puts: what a listing of them takes must stay small. */
export const TREE_ENTRIES = 1_000_000;

/** Entries in one message of a listing: each at most about 2 KiB of JSON, under a control message. */
export const LISTING_ENTRIES = 256;

/** The longest native frame: kind, transfer number and a block, or a control message. */
export const FRAME_BYTES: number = BLOCK_BYTES + 5;

/** The longest sealed record: a frame with its length in front, plus the 16-byte tag. */
export const RECORD_BYTES: number = FRAME_BYTES + 4 + 16;

/** Characters (code points) in a name: what fits a prompt and a roster line. */
export const NAME_CHARACTERS = 32;

/** UTF-16 units of what is looked at as a name at all: 32 characters of a few marks each, and no more work. */
export const NAME_WISH_CHARACTERS = 256;

/** The first read buffer of a connection: thousands of idle peers must cost little. */
export const READ_BUFFER_FIRST_BYTES = 1 * KiB;

/** Reads that fill the buffer grow it fourfold up to here; a larger one serves only a larger frame. */
export const READ_BUFFER_BYTES = 64 * KiB;

/** What piled up for a peer is merged into one write up to this size; a tick above it waits for one more turn. */
export const MERGE_BYTES = 64 * KiB;

/** A tick ends above the first, two full reads of short lines, or at what makes the second for all receivers: tens of ms in which nothing else is done. */
export const TICK_BYTES: readonly [each: number, all: number] = [240 * KiB, 64 * MiB];

/** While a peer that takes bytes has more than this waiting, publishers wait. */
export const INBOX_WAIT_BYTES = 256 * KiB;

/** A peer that stalled is let go above this. */
export const INBOX_STALLED_BYTES = 1 * MiB;

/** Any peer is let go above this, stalled or not. */
export const INBOX_BYTES = 8 * MiB;

/** A peer that took nothing for this long is stalled: publishers no longer wait for it. */
export const STALLED_MS = 100;

/** Connections the system queues for us: 3,000 clients at once met refusals at the default of 511. */
export const BACKLOG_CONNECTIONS = 4096;

/** Clients served at once, unless `--max-clients` says otherwise. */
export const MAX_CLIENTS = 1000;

/** Peers being refused at once: each waits for its first bytes; one more is closed at once. */
export const REFUSALS = 256;

/** Silence after which a peer that has sent nothing is taken for a text reader. */
export const SILENCE_MS = 250;

/** The quiet gap that ends a raw message (one write is one message). */
export const GAP_MS = 20;

/** How long a peer that writes lines may leave a rest without a newline. */
export const TEXT_REST_MS = 1000;

/** How long a peer about to be refused has to show its dialect. */
export const REFUSAL_WAIT_MS = 1000;

/** How long goodbyes may take: what is owed is sent and the rest is read to its end. */
export const DRAIN_MS = 2000;

/** How long a supervisor that takes nothing (`NOTIFY_SOCKET`) holds up the end of a server. */
export const NOTIFY_MS = 1000;

/** How long a native greeting may take, on either side. */
export const GREETING_MS = 5000;

/** How long a connection attempt may take, unless `--connect-timeout` says otherwise. */
export const CONNECT_MS = 10_000;

/** How long a client waits before it tries again, and at most, where that is doubled each time: a person waits no longer. */
export const RETRY_MS: readonly [first: number, most: number] = [1000, 30_000];

/** What a client keeps waiting to be sent before it reads on. */
export const OUTBOX_BYTES = 64 * KiB;

/** What a client leaves between raw or JSON messages, so that the other side can tell them apart. */
export const PACE_MS = 50;

/** Silence after which a client at the end of its input leaves a server of another make. */
export const LINGER_MS = 1000;

/** Silence after `EOF` that ends a file over text or raw: longer than a busy server pauses. */
export const MARKER_GAP_MS = 250;

/** How long a file over text or raw may pause before its marker. */
export const MARKER_STALL_MS = 5000;

/** How long a file transfer may stand still before it counts as dead. */
export const TRANSFER_STALL_MS = 30_000;

/** How long a client waits for a server that may have to read a large file to know its part of it. */
export const ANSWER_MS = 60_000;

/** Characters of a roster or listing in one answer: six bytes each at worst, under a control message. */
export const REPLY_CHARACTERS = 128 * KiB;

/** Files that may wait to be sent to one native client; one after the other is sent. */
export const TRANSFERS = 64;

/** Offers of files that stand in a room, of all its participants together. */
export const OFFERS = 1000;

/** How long both sides of an accepted offer have to open their connections. */
export const TICKET_MS = 30_000;

/** Records of people who have left; the oldest are dropped first. */
export const ROSTER_RECORDS = 10_000;

/** Messages waiting for the operator: beyond this the sender is told to try later. */
export const OPERATOR_QUESTIONS = 1000;

/** Names in one listing; a folder with more says so. */
export const LISTING_NAMES = 10_000;

/** Pause after a failed accept (descriptors exhausted), doubled up to the second number. */
export const ACCEPT_BACKOFF_MS: readonly [first: number, most: number] = [10, 1000];

/** Two Ctrl-C within this count as one: `npx` and `deno task` deliver each twice. */
export const INTERRUPT_ECHO_MS = 500;

/** scrypt cost for a passphrase (N = 2^15, r = 8, p = 1: about 80 ms, 32 MiB). */
export const SCRYPT_COST = 2 ** 15;

/** What is read of a file at once for a web client: with 1 MiB a slow reader took 3 MiB of memory, with this 1. */
export const WEB_CHUNK_BYTES: number = 256 * KiB;

/** A web connection on which nothing moves either way is closed after this: browsers open it anew. */
export const WEB_IDLE_MS = 60_000;

/** How long an answer must be silent before a web server hears of its client's half-close: it drops what it was about to say. */
export const HALF_CLOSE_MS = 2000;

/** Characters of a request's target in a line of the log: a screen line or two. */
export const TARGET_CHARACTERS = 200;

/** Peers that are still showing who they are, where that takes proof; they take no place. One more is told to come later. */
export const HANDSHAKES = 512;

/** One in so many of the connections that an address may have may be showing who it is. */
export const PROVING_SHARE = 4;

/** Connections from one address, this machine excepted, unless `--max-per-address` says otherwise: a quarter of all places. */
export const PER_ADDRESS = 250;

/** How long a greeting with a secret may take a client: scrypt, and what failures of others delay. */
export const SEALED_GREETING_MS = 15_000;

/** What the first and any later failure in a row delays the next try from that address by, doubled up to the second number. */
export const TRY_DELAY_MS: readonly [first: number, most: number] = [100, 2500];

/** Failures of an address are forgotten after this long without another. */
export const TRY_MEMORY_MS = 60_000;

/** Addresses whose failures are kept; the oldest are forgotten first. */
export const TRY_ADDRESSES = 10_000;

/** Bytes of UTF-8 in a password that is set: more are a mistake. */
export const PASSWORD_BYTES = 1024;

/** Silence after which a native participant is asked whether it is there; after as much again it is let go. */
export const PING_MS = 30_000;

/** What a server keeps in all for peers who do not read, and for large frames that have not come whole, unless `--memory` says otherwise. */
export const MEMORY_BYTES: number = 64 * MiB;

/** How long a large frame may take to come whole while others wait for its memory: 1 MiB at 200 KB/s. */
export const FRAME_PATIENCE_MS = 5000;

/** Characters in a line of the log. */
export const LOG_CHARACTERS = 2000;

/** How long a person with an account is kept out after being sent away. */
export const KICK_MS = 60_000;

/** How long a TLS handshake may take, on either side: two round trips and some mathematics. */
export const HANDSHAKE_MS = 5000;

/** How long a TLS handshake whose client has ended its side may go on: what came may be its end. */
export const HANDSHAKE_END_MS = 250;

/** TLS handshakes under way at once: whoever does not finish one holds a descriptor until its deadline. */
export const TLS_HANDSHAKES = 1024;

/** What one write hands to TLS: so much at once shows whether a slow peer takes anything. */
export const TLS_WRITE_BYTES: number = 64 * KiB;

/** Deciphered bytes that wait for their reader before no more is taken from the network. */
export const TLS_HELD_BYTES: number = 64 * KiB;

/** How long a certificate made by `--tls-self-signed` is valid: longer than a course. */
export const CERTIFICATE_DAYS = 3650;

/** How long a step waits for what it expects, unless `--timeout` says otherwise: a person's patience. */
export const EXPECT_MS = 10_000;

/** What has come and may still be expected: older bytes go, so that a flood does not fill the memory. */
export const INTAKE_BYTES: number = 1 * MiB;

/** What a step that failed shows of what came: a screenful, its end. */
export const SHOWN_TAIL_BYTES = 512;
