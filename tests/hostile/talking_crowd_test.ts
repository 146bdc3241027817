/**
 * A crowd that says much at the same moment, together more than an inbox holds.
 *
 * @module
 */
import { assertEquals, assertNotMatch } from "@std/assert";
import { allDone, Deadline } from "../../lib/base/tasks.ts";
import { bytesOf } from "../support/feed.ts";
import { Program } from "../support/program.ts";

const CROWD = 150, LINES = 1000; // 9.6 MB at once, where an inbox holds 8 MiB
const PIECE = new Uint8Array(1 << 18);
const NEWLINE = 0x0a;

/** Says all lines in one go, ends its side, and reads to the end without looking. */
async function blurt(port: number, said: Uint8Array): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  for (let at = 0; at < said.length;) at += await conn.write(said.subarray(at));
  await conn.closeWrite();
  while (await conn.read(PIECE) !== null);
}

/** Reads until so many lines have come. */
async function hear(conn: Deno.TcpConn, lines: number): Promise<void> {
  const buffer = new Uint8Array(1 << 18);
  while (lines > 0) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`the server ended with ${lines} lines to come`);
    const bytes = buffer.subarray(0, count);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines--;
  }
  assertEquals(lines, 0);
}

Deno.test("serve lets a crowd that talks all at once wait, and lets go of nobody who reads", async () => {
  const said = bytesOf(`${"x".repeat(63)}\n`.repeat(LINES));
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  using reader = await Deno.connect({ hostname: "127.0.0.1", port });
  using _deadline = new Deadline(20_000, () => reader.close()).start();
  await reader.write(bytesOf("I read\n"));
  await server.sees("connected as Client 1: ", "stderr");
  const crowd = Array.from({ length: CROWD }, () => blurt(port, said));
  // Each is announced, says its lines, and is missed.
  await allDone([hear(reader, CROWD * (LINES + 2)), ...crowd]);
  server.signal("SIGTERM");
  reader.close();
  const { code, stderr } = await server.ended();
  assertEquals(code, 0);
  assertNotMatch(stderr, /does not read|failed: /);
});
