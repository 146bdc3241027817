import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { makeSecret } from "../../../lib/auth/keying.ts";
import { Tries } from "../../../lib/auth/tries.ts";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Refusal } from "../../../lib/net/meeting.ts";
import { chaCha20Poly1305 } from "../../../lib/wire/ciphers/chacha20_poly1305.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { frame } from "../../support/native.ts";
import { HELLO, Stranger } from "../../support/secret.ts";
import { ADDRESS, termsOf } from "../../support/terms.ts";

const SECRET = "correct horse battery staple";
const KEYING = await makeSecret(SECRET, { prepare: true });

/** A stranger before a server, and what is counted against it. */
function meeting() {
  const tries = new Tries({ delayMs: [1, 1] });
  const stranger = new Stranger(termsOf(KEYING, { tries }));
  return {
    stranger,
    /** Why it was turned away, and whether that counts. */
    outcome: async () => {
      const outcome = await stranger.meeting;
      assert(outcome instanceof Refusal, `${outcome}`);
      return [outcome.code, outcome.message, tries.delay({ kind: "secret", address: ADDRESS }) > 0];
    },
    [Symbol.dispose]: () => stranger[Symbol.dispose](),
  };
}

Deno.test("a client that follows the page, and nothing else, is taken in", async () => {
  using stranger = new Stranger(termsOf(KEYING));
  const agreement = await stranger.shares(SECRET);
  await stranger.says({ type: "confirm", mac: agreement.confirmation.toBase64() });
  const { mac } = await stranger.hears("confirm");
  assert(agreement.verify(Uint8Array.fromBase64(mac)));
  const { key } = agreement, context = await stranger.talk();
  stranger.conn.cipher = chaCha20Poly1305({ key, context, role: "client" });
  await stranger.conn.send([encodeNative({ ...HELLO, name: "Ada" })]);
  const met = await stranger.meeting;
  assertEquals(met, { dialect: "native", hello: { ...HELLO, name: "Ada" } });
});

const IDENTITY = new Uint8Array(65); // the point at infinity has no such form; this is no point
const POINT = "a share is not a point of the curve P-256";
const FORM = "a share is not 65 bytes that begin with 4";
const LENGTH = "a share is not 65 bytes in base64";

/** Shares that are none, what is said of them, and whether a guess was made with them. */
const SHARES: [what: string, share: string, message: string, counts: boolean][] = [
  ["nothing", "", LENGTH, false],
  ["no base64", "not base64!", LENGTH, false],
  ["one byte less", new Uint8Array(64).toBase64(), LENGTH, false],
  ["one byte more", new Uint8Array(66).toBase64(), LENGTH, false],
  ["the point at infinity", new Uint8Array(1).toBase64(), LENGTH, false],
  ["the point at infinity in 65 bytes", IDENTITY.toBase64(), FORM, true],
  ["zeros that begin with 4", IDENTITY.with(0, 4).toBase64(), POINT, true],
  ["what is on no curve", IDENTITY.fill(7).with(0, 4).toBase64(), POINT, true],
  ["a hybrid form", IDENTITY.fill(7).with(0, 6).toBase64(), FORM, true],
];

for (const [what, share, message, counts] of SHARES) {
  Deno.test(`a share of ${what} is refused before anything is said about the secret`, async () => {
    using met = meeting();
    await met.stranger.says(HELLO);
    await met.stranger.hears("keys");
    await met.stranger.says({ type: "share", share });
    assertEquals(await met.outcome(), ["protocol", message, counts]);
    met.stranger.server.close();
    assertEquals(await met.stranger.conn.receive(), null, "no share came back");
  });
}

Deno.test("a share that the client reflects is refused, and so is one that is the mask itself", async () => {
  // Without the server's share there is nothing to reflect: the client speaks first. What is left
  // is the client's mask, w * M, of which nothing would remain.
  using met = meeting();
  await met.stranger.says(HELLO);
  const { salt } = await met.stranger.hears("keys");
  const { p256 } = await import("@noble/curves/nist");
  const { stretch } = await import("../../../lib/auth/stretch.ts");
  const M = p256.Point.fromHex(
    "02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f",
  );
  const material = await stretch(SECRET, Uint8Array.fromBase64(salt));
  const w = p256.Point.Fn.create(BigInt(`0x${material.toHex()}`));
  const share = M.multiply(w).toBytes(false).toBase64();
  await met.stranger.says({ type: "share", share });
  assertEquals(await met.outcome(), [
    "protocol",
    "the share leaves nothing to agree on",
    true,
  ]);
});

Deno.test("a confirmation that does not fit is one guess, told as such, and no answer to it", async () => {
  for (
    const change of [
      (mac: Uint8Array) => mac.with(0, mac[0] ^ 1),
      (mac: Uint8Array) => mac.with(31, mac[31] ^ 128),
      () => new Uint8Array(32),
    ]
  ) {
    using met = meeting();
    const { confirmation } = await met.stranger.shares(SECRET);
    await met.stranger.says({ type: "confirm", mac: change(confirmation).toBase64() });
    assertEquals(await met.outcome(), ["denied", "the secret is wrong", true]);
    met.stranger.server.close();
    assertEquals(await met.stranger.conn.receive(), null, "the server does not confirm");
  }
});

Deno.test("a confirmation of another length is against the rules, and a guess all the same", async () => {
  using met = meeting();
  const { confirmation } = await met.stranger.shares(SECRET);
  await met.stranger.says({ type: "confirm", mac: confirmation.subarray(0, 31).toBase64() });
  const message = "a confirmation is not 32 bytes in base64";
  assertEquals(await met.outcome(), ["protocol", message, true]);
});

Deno.test("a client that leaves when it has the share has had its guess", async () => {
  const tries = new Tries();
  using stranger = new Stranger(termsOf(KEYING, { tries }));
  await stranger.shares("a guess");
  stranger.conn.close();
  assert(await stranger.meeting instanceof Error);
  assert(tries.delay({ kind: "secret", address: ADDRESS }) > 0);
});

Deno.test("a client that leaves before it sends a share has learned nothing, and pays nothing", async () => {
  const tries = new Tries();
  using stranger = new Stranger(termsOf(KEYING, { tries }));
  await stranger.says(HELLO);
  await stranger.hears("keys");
  await stranger.conn.closeWrite();
  assert(await stranger.meeting instanceof Error);
  assertEquals(tries.delay({ kind: "secret", address: ADDRESS }), 0);
});

/** What comes out of order after `before`, and why it is refused. */
const DISORDER: [what: string, before: "hello" | "shares", said: Message, message: string][] = [
  ["a second hello", "hello", HELLO, "expected a share message"],
  [
    "a confirmation without a share",
    "hello",
    { type: "confirm", mac: "" },
    "expected a share message",
  ],
  ["a second share", "shares", { type: "share", share: "" }, "expected a confirm message"],
  ["words", "hello", { type: "chat", text: "let me in" }, "expected a share message"],
  ["a welcome", "shares", { type: "notice", text: "welcome" }, "expected a confirm message"],
];

for (const [what, before, said, message] of DISORDER) {
  Deno.test(`${what} out of turn is refused`, async () => {
    using met = meeting();
    if (before === "shares") await met.stranger.shares(SECRET);
    else {
      await met.stranger.says(HELLO);
      await met.stranger.hears("keys");
    }
    await met.stranger.says(said);
    assertEquals((await met.outcome()).slice(0, 2), ["protocol", message]);
  });
}

Deno.test("what is no message in place of a share is refused", async () => {
  for (
    const said of [bytesOf("\x01{"), bytesOf("\x09"), new Uint8Array(), bytesOf("\x02\0\0\0\x01")]
  ) {
    using stranger = new Stranger(termsOf(KEYING));
    await stranger.says(HELLO);
    await stranger.hears("keys");
    await stranger.says(said);
    const outcome = await stranger.meeting;
    assert(outcome instanceof ProtocolError, `${outcome}`);
  }
});

Deno.test("two frames where one is due are refused: each word waits for its answer", async () => {
  using met = meeting();
  const share: Message = { type: "share", share: new Uint8Array(65).toBase64() };
  await met.stranger.conn.write(concat([HELLO, share].map((said) => frame(encodeNative(said)))));
  const message = "more than one frame came before the greeting was done";
  assertEquals(await met.outcome(), ["protocol", message, false]);
});

Deno.test("another version is refused before any key is made", async () => {
  using met = meeting();
  await met.stranger.says({ ...HELLO, version: 2 });
  assertEquals(await met.outcome(), ["version", "this server speaks version 1, not 2", false]);
});

Deno.test("a name, a user or a password in the hello in clear is not looked at", async () => {
  using stranger = new Stranger(termsOf(KEYING));
  await stranger.says({ ...HELLO, name: "Eve" });
  const { salt } = await stranger.hears("keys");
  assertEquals(Uint8Array.fromBase64(salt).length, 16);
});

Deno.test("a recorded session says nothing to the same server, though its salt is the same", async () => {
  // What a client wrote, in the order of its writes.
  const wrote: Uint8Array[] = [];
  const heard: string[] = [];
  {
    using stranger = new Stranger(termsOf(KEYING));
    const { write } = stranger.conn;
    stranger.conn.write = (chunk) => {
      wrote.push(chunk.slice());
      return write.call(stranger.conn, chunk);
    };
    const agreement = await stranger.shares(SECRET);
    await stranger.says({ type: "confirm", mac: agreement.confirmation.toBase64() });
    heard.push((await stranger.hears("confirm")).mac);
    assertEquals(wrote.length, 3);
  }
  const tries = new Tries();
  using replayed = new Stranger(termsOf(KEYING, { tries }));
  const shares: string[] = [];
  for (const chunk of wrote) {
    await replayed.conn.write(chunk);
    if (chunk === wrote[1]) shares.push((await replayed.hears("share")).share);
    else if (chunk === wrote[0]) await replayed.hears("keys");
  }
  const outcome = await replayed.meeting;
  assert(outcome instanceof Refusal);
  assertEquals([outcome.code, outcome.message], ["denied", "the secret is wrong"]);
  assert(tries.delay({ kind: "secret", address: ADDRESS }) > 0);
  using again = new Stranger(termsOf(KEYING));
  await again.conn.write(wrote[0]);
  await again.hears("keys");
  await again.conn.write(wrote[1]);
  assertNotEquals((await again.hears("share")).share, shares[0], "it draws anew each time");
});

Deno.test("a client that refuses its own share from a server is not fooled into agreeing with itself", async () => {
  const { memoryPair } = await import("../../../lib/net/memory_pair.ts");
  const { greet } = await import("../../../lib/auth/greeting.ts");
  const [a, b] = memoryPair(10_000);
  using client = new Connection(a), mirror = new Connection(b);
  mirror.speak("native");
  const greeting = greet(client, { keying: await makeSecret(SECRET) }).catch((error) => error);
  await mirror.receive();
  const salt = new Uint8Array(16).toBase64();
  await mirror.send([encodeNative({ type: "keys", salt })]);
  await mirror.send((await mirror.receive())!.map((share) => share.slice()));
  const error = await greeting;
  assertEquals([error.exit, error.cause.message], [4, "the share is our own, sent back"]);
});
