/**
 * Sixty who guess the secret as fast as they are let, beside people who come in by it.
 *
 * @module
 */
import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { TurnedAway } from "../../lib/auth/greeting.ts";
import { makeSecret } from "../../lib/auth/keying.ts";
import { control } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { Crowd } from "./support/crowd.ts";
import { guessing } from "./support/guessers.ts";
import type { Scene } from "./support/honest.ts";
import { enter } from "./support/sealed.ts";
import { besiege, sealedBy } from "./support/siege.ts";

const SECRET = "correct horse battery";
const known = await makeSecret(SECRET), guessed = await makeSecret("correct horse batteries");

async function comeByIt(port: number, name: string): Promise<Peer> {
  return await enter(await Deno.connect({ port, hostname: "127.0.0.1" }), { name, keying: known });
}

/** The greeting by hand, up to a share; each guesser says what it has in place of a right one. */
async function upTo(peer: Peer, share?: Uint8Array): Promise<void> {
  await peer.send(control({ type: "hello", version: 1, cipher: "chacha20-poly1305" }));
  await peer.sees(/"type":"keys","salt":"[^"]+"}/);
  if (share) await peer.send(control({ type: "share", share: share.toBase64() }));
}

/** A point of the curve, made without the secret. */
async function anyPoint(): Promise<Uint8Array> {
  const made = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ]);
  return new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey));
}

async function refusal(peer: Peer): Promise<string> {
  const told = await peer.sawEnd();
  // It must show first that it knows the secret: nothing can be learnt of a confirmation.
  assertNotMatch(told, /"type":"(confirm|welcome)"/);
  return /"type":"refused","code":"(.*?)"/.exec(told)?.[1] + ": " +
    /"reason":"(.*?)"/.exec(told)?.[1];
}

const GUESSES: ((peer: Peer, scene: Scene) => Promise<void>)[] = [
  // What does not come from the secret at all: the fastest guess there is.
  async (peer) => {
    await upTo(peer, await anyPoint());
    await peer.sees(/"type":"share","share":"[^"]+"}/);
    const mac = crypto.getRandomValues(new Uint8Array(32)).toBase64();
    await peer.send(control({ type: "confirm", mac }));
    assertEquals(await refusal(peer), "denied: the secret is wrong");
  },
  // Stops after the salt, and leaves, or stays until it is cut.
  async (peer, scene) => {
    await upTo(peer);
    await pause(scene);
  },
  async (peer) => {
    await upTo(peer);
    assertEquals(await refusal(peer), "protocol: no share in 5 s");
  },
  // Leaves with both shares.
  async (peer) => {
    await upTo(peer, await anyPoint());
    await peer.sees(/"type":"share","share":"[^"]+"}/);
  },
  // Shares that are none: no point, and the wrong length.
  async (peer) => {
    await upTo(peer, crypto.getRandomValues(new Uint8Array(65)));
    assertMatch(await refusal(peer), /^protocol: /);
  },
  async (peer, scene) => {
    await upTo(peer, new Uint8Array(64));
    assertMatch(await refusal(peer), /^protocol: a share is not 65 bytes in base64$/);
    await pause(scene);
  },
];

/** What costs the server nothing is not delayed, and is not to be all that happens. */
async function pause(scene: Scene): Promise<void> {
  for (let i = 0; i < 5; i++) await scene.round();
}

Deno.test("sixty who guess the secret learn that it is wrong, and keep nobody out", async () => {
  const attack = guessing(async (conn, number, scene) => {
    if (number % 2 === 0) { // an honest client's guess
      const guess = () => enter(conn, { keying: guessed });
      const { message } = await assertRejects(guess, TurnedAway);
      assertEquals(message, "Cannot join: the secret is wrong");
      return;
    }
    using peer = Peer.over(conn);
    await GUESSES[(number >> 1) % GUESSES.length](peer, scene);
    await peer.close();
  }, ({ port }, round) => comeByIt(port, `Newcomer${round}`));
  await besiege(attack, [], { gather: Crowd.greeted(comeByIt), env: sealedBy(SECRET) });
});
