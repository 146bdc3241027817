/**
 * A crowd: 200 clients chat at once, and nobody misses, repeats or reorders a word.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { connect, count } from "./support/lab.ts";

const CLIENTS = 200, MESSAGES = 50;
const NATIVE = ["One", "Two", "Three"];
const NEWLINE = 10, LESS = 0x3c, GREATER = 0x3e, LETTER_S = 0x53;
const LAST_WORDS = "That is all";

/** What one client has heard of what was said as `<who> <which>`. */
class Ledger {
  /** By speaker: the number of the message that must come next. */
  readonly next = new Uint16Array(CLIENTS);
  /** Lines that came twice, out of order, or back to their speaker; the first few. */
  readonly wrong: string[] = [];
  /** How many are still to come. */
  missing: number;
  readonly #own: number;

  /** `own`: the speaker who is not to hear itself. */
  constructor(own = -1) {
    this.#own = own;
    this.missing = (own < 0 ? CLIENTS : CLIENTS - 1) * MESSAGES;
  }

  /** Takes a line such as `guest7: <6> <49>`; one without numbers is a notice. */
  take(line: Uint8Array): void {
    const at = line.indexOf(LESS);
    if (at < 0) return;
    const who = numberAt(line, at + 1), which = numberAt(line, line.lastIndexOf(LESS) + 1);
    if (who !== this.#own && this.next[who] === which) {
      this.next[who]++;
      this.missing--;
    } else if (this.wrong.length < 5) this.wrong.push(new TextDecoder().decode(line));
  }
}

/** One socket that speaks and listens; lean, since there are 200 of them. */
class Voice {
  readonly ledger: Ledger;
  /** Settles when all that the others say has come. */
  readonly complete: Promise<void>;
  readonly #conn: Deno.TcpConn;
  readonly #who: number;
  readonly #resolve: () => void;

  constructor(conn: Deno.TcpConn, who: number) {
    conn.setNoDelay(true);
    this.#conn = conn;
    this.#who = who;
    this.ledger = new Ledger(who);
    ({ promise: this.complete, resolve: this.#resolve } = Promise.withResolvers<void>());
  }

  /** Says all its messages, a write each. */
  async speak(): Promise<void> {
    for (let which = 0; which < MESSAGES; which++) {
      const line = new TextEncoder().encode(`<${this.#who}> <${which}>\n`);
      for (let at = 0; at < line.length;) at += await this.#conn.write(line.subarray(at));
    }
  }

  /** Reads to the server's own words, which it says after everything else. */
  async listen(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    let end = 0;
    for (;;) {
      const count = await this.#conn.read(buffer.subarray(end));
      if (count === null) throw new Error(`voice ${this.#who} was let go`);
      end += count;
      let start = 0;
      for (;;) {
        const newline = buffer.subarray(0, end).indexOf(NEWLINE, start);
        if (newline < 0) break;
        if (buffer[start] === LETTER_S) return;
        this.ledger.take(buffer.subarray(start, newline));
        start = newline + 1;
      }
      buffer.copyWithin(0, start, end);
      end -= start;
      if (this.ledger.missing === 0) this.#resolve();
    }
  }
}

function numberAt(line: Uint8Array, at: number): number {
  let number = 0;
  for (; line[at] !== GREATER; at++) number = number * 10 + line[at] - 0x30;
  return number;
}

Deno.test("crowd: what 200 clients say at once reaches all others, once, and in order", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--operator"]);
  const port = await server.port();
  await using one = connect(port, ["--name", NATIVE[0]]);
  await using two = connect(port, ["--name", NATIVE[1]]);
  await using three = connect(port, ["--name", NATIVE[2]]);
  for (const name of NATIVE) {
    await server.sees(new RegExp(`connected as Client \\d+: ${name}\n`), "stderr");
  }
  const dialing = Array.from(
    { length: CLIENTS },
    () => Deno.connect({ hostname: "127.0.0.1", port }),
  );
  const conns = await Promise.all(dialing);
  const closeAll = () => conns.forEach((conn) => conn[Symbol.dispose]());
  const deadline = setTimeout(closeAll, 30_000); // a word that never comes fails, and does not hang
  try {
    await server.sees(`Client count: ${NATIVE.length + CLIENTS}\n`, "stderr");
    const voices = conns.map((conn, who) => new Voice(conn, who));
    const listening = Promise.all(voices.map((voice) => voice.listen()));
    const complete = Promise.all(voices.map((voice) => voice.complete));
    await Promise.all(voices.map((voice) => voice.speak()));
    await Promise.race([complete, listening]);
    await server.type(`${LAST_WORDS}\n`);
    await listening;
    for (const { ledger } of voices) assertEquals([ledger.missing, ledger.wrong], [0, []]);
    for (const native of [one, two, three]) {
      await native.sees(`Server: ${LAST_WORDS}\n`);
      const ledger = new Ledger();
      const lines = native.stdout.split("\n");
      for (const line of lines) ledger.take(new TextEncoder().encode(line));
      assertEquals([ledger.missing, ledger.wrong], [0, []]);
      assertEquals(count(native.stdout, "* guest"), CLIENTS);
    }
  } finally {
    clearTimeout(deadline);
    closeAll();
  }
});

Deno.test("crowd: who joins in the middle of a flood, and only reads, misses nothing", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  using speaker = await Peer.connect(port);
  await speaker.send("hello\n");
  await server.sees("connected as Client 1", "stderr");
  using reader = await Peer.connect(port);
  await server.sees("Client count: 2\n", "stderr");
  const lines = Array.from({ length: 10_000 }, (_, i) => `m${i}\n`);
  await speaker.send(lines.join("")); // all of it while the reader may still turn out to be native
  const heard = await reader.sees("m9999\n");
  assertEquals(heard, lines.map((line) => `guest1: ${line}`).join(""));
  await speaker.close();
  await reader.close();
});
