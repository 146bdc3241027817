/**
 * A client that never reads while the room talks.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { allDone } from "../../lib/base/tasks.ts";
import { Program } from "../support/program.ts";
import { hello } from "../support/native.ts";
import { residentBytes } from "./support/attack.ts";

const LINES = 25_000, LINE_BYTES = 1024; // 25 MB: far more than what the system buffers
const PIECE = 500;
const MiB = 1024 * 1024;
const COLON = 0x3a, NEWLINE = 0x0a;

/** Line number `i`, with its newline. */
function line(i: number): string {
  return `${i} `.padEnd(LINE_BYTES - 1, ".") + "\n";
}

/** Says all lines, and calls `now` after every piece. */
async function sayAll(conn: Deno.Conn, now: () => void): Promise<void> {
  for (let i = 0; i < LINES; i += PIECE) {
    const lines = Array.from({ length: PIECE }, (_, j) => line(i + j)).join("");
    const bytes = new TextEncoder().encode(lines);
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    now();
  }
}

/** Reads as many lines of Ada's as there are; the numbers at which one was missing or repeated. */
async function hearAll(conn: Deno.Conn): Promise<number[]> {
  const start = new TextEncoder().encode("Ada: ");
  const wrong: number[] = [];
  let next = 0;
  let rest = new Uint8Array();
  const buffer = new Uint8Array(256 * 1024);
  while (next < LINES) {
    const count = await conn.read(buffer.subarray(rest.length));
    if (count === null) throw new Error(`the server ended after ${next} lines`);
    const bytes = buffer.subarray(0, rest.length + count);
    let from = 0;
    for (let end; (end = bytes.indexOf(NEWLINE, from)) >= 0; from = end + 1) {
      if (bytes[from + start.length - 2] !== COLON) continue; // a notice, or an answer
      const number = parseInt(new TextDecoder().decode(bytes.subarray(from + start.length, end)));
      if (number !== next || end - from !== start.length + LINE_BYTES - 1) wrong.push(number);
      next = number + 1;
    }
    rest = bytes.slice(from);
    buffer.set(rest);
  }
  return wrong;
}

for (const [what, first] of [["text", "I never read\n"], ["native", hello("Mallory")]] as const) {
  Deno.test(`serve lets a ${what} client go that never reads, and nobody else misses a word`, async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0"]);
    const port = await server.port();
    const conns: Deno.TcpConn[] = [];
    async function join(words: string | Uint8Array, seen: string): Promise<Deno.TcpConn> {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      conns.push(conn);
      await conn.write(typeof words === "string" ? new TextEncoder().encode(words) : words);
      await server.sees(seen, "stderr");
      return conn;
    }
    try {
      await join(first, "connected as Client 1: ");
      const ada = await join("/nick Ada\n", "Client 2: Ada\n");
      const readers = [
        await join("/nick Ben\n", ": Ben\n"),
        await join("/nick Cleo\n", ": Cleo\n"),
      ];
      const before = residentBytes(server);
      let most = before;
      const speaking = sayAll(ada, () => most = Math.max(most, residentBytes(server)));
      const hearing = readers.map(async (conn) => assertEquals(await hearAll(conn), []));
      await allDone([speaking, ...hearing]);
      assertLess(most - before, 100 * MiB);
      await server.sees(/Client 1: (guest1|Mallory) does not read; let go\n/, "stderr");
      await server.sees(/Client 1: \S+ has disconnected\nClient count: 3\n/, "stderr");
    } finally {
      for (const conn of conns) conn.close();
    }
    server.signal("SIGTERM");
    const { code, stderr } = await server.ended();
    assertEquals([code, stderr.match(/failed: |let go/g)], [0, ["let go"]]);
  });
}
