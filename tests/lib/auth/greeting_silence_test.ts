import { assertEquals, assertRejects } from "@std/assert";
import { greet, meet } from "../../../lib/auth/greeting.ts";
import { makeKeying } from "../../../lib/auth/keying.ts";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Refusal } from "../../../lib/net/meeting.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { framingOf } from "../../../lib/wire/dialect.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf } from "../../support/feed.ts";

/** A client that writes `bytes` and no more; what becomes of it. */
async function refusalAfter(bytes: Uint8Array, cipher: "none" | "aes-gcm"): Promise<string> {
  const keying = await makeKeying(cipher, "secret");
  const [far, near] = memoryPair(1000);
  using conn = new Connection(near), peer = new Connection(far);
  await peer.write(bytes);
  const { code, message } = await assertRejects(() => meet(conn, keying), Refusal);
  return `${code}: ${message}`;
}

async function silentServer(): Promise<string> {
  using conn = new Connection(memoryPair(1000)[0]);
  const keying = await makeKeying("none");
  const error = await assertRejects(() => greet(conn, { keying }), Failure);
  assertEquals(error.exit, Exit.timedOut);
  return error.line;
}

Deno.test("a greeting that stands still is over after five seconds, on either side", async () => {
  const random = new Uint8Array(32).toBase64();
  const hello = encodeNative({ type: "hello", version: 1, cipher: "aes-gcm", random });
  const outcomes = await Promise.all([
    refusalAfter(bytesOf("\0\0\0\x20\x01"), "none"),
    refusalAfter(frameAll(framingOf("native"), [hello]), "aes-gcm"),
    silentServer(),
  ]);
  assertEquals(outcomes, [
    "protocol: the first message took over 5 s",
    "protocol: no hello in 5 s",
    "Cannot greet the server: it does not answer in the native dialect " +
    "(a server of another make? try --dialect raw, text or json)",
  ]);
});
