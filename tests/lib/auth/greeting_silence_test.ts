import { assertEquals, assertRejects } from "@std/assert";
import type { Door } from "../../../lib/auth/door.ts";
import { greet } from "../../../lib/auth/greeting.ts";
import { makeKeying, makeSecret } from "../../../lib/auth/keying.ts";
import { meet } from "../../../lib/auth/meet.ts";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Refusal } from "../../../lib/net/meeting.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { framingOf } from "../../../lib/wire/dialect.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf } from "../../support/feed.ts";
import { Peer } from "../../support/peer.ts";
import { Service } from "../../support/service.ts";
import { ADDRESS, doorOf, termsOf } from "../../support/terms.ts";

/** A client that writes `bytes` and no more; what becomes of it. */
async function refusalAfter(bytes: Uint8Array, cipher: "none" | "aes-gcm"): Promise<string> {
  const keying = await makeKeying(cipher, "secret");
  const [far, near] = memoryPair(1000);
  using conn = new Connection(near), peer = new Connection(far);
  await peer.write(bytes);
  const { code, message } = await assertRejects(
    () => meet(conn, ADDRESS, termsOf(keying)),
    Refusal,
  );
  return `${code}: ${message}`;
}

/** The same at a door that wants a secret: what comes back to the client, and what is left of it. */
async function toldAtTheDoor(bytes: Uint8Array): Promise<string> {
  const keying = await makeSecret("phrase", { prepare: true });
  const made: { door?: Door } = {};
  let served = 0;
  await using server = new Service(({ cut, log }) => {
    const door = made.door = doorOf({ terms: termsOf(keying), log, cut });
    return (socket) => door.admit(socket, () => Promise.resolve(void served++));
  });
  using peer = await Peer.connect(server.port);
  await peer.send(bytes);
  const told = await peer.sawEnd();
  assertEquals([served, made.door!.inside, made.door!.proving], [0, 0, 0]);
  await peer.close();
  return told.replace(/^.*"salt":"[^"]+"\}/s, "").replace(/^\0{3}./, "");
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
  const clear = encodeNative({ type: "hello", version: 1, cipher: "chacha20-poly1305" });
  const outcomes = await Promise.all([
    refusalAfter(bytesOf("\0\0\0\x20\x01"), "none"),
    refusalAfter(frameAll(framingOf("native"), [hello]), "aes-gcm"),
    silentServer(),
    toldAtTheDoor(new Uint8Array()),
    toldAtTheDoor(bytesOf("\0\0\0\x20\x01")),
    toldAtTheDoor(frameAll(framingOf("native"), [clear])),
  ]);
  assertEquals(outcomes, [
    "protocol: the first message took over 5 s",
    "protocol: no hello in 5 s",
    "Cannot greet the server: it does not answer in the native dialect " +
    "(a server of another make? try --dialect raw, text or json)",
    "the first message took over 5 s\n",
    "the first message took over 5 s\n",
    '\x01{"type":"refused","code":"protocol","reason":"no share in 5 s"}',
  ]);
});
