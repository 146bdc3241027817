/**
 * Somebody who has recorded a session under a secret, and plays it again, to the server and to clients.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { makeSecret } from "../../lib/auth/keying.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { concat } from "../support/feed.ts";
import { chat } from "../support/native.ts";
import { Peer, writeAll } from "../support/peer.ts";
import { Crowd } from "./support/crowd.ts";
import { connectFrom } from "./support/elsewhere.ts";
import type { Scene } from "./support/honest.ts";
import { record, type Recording } from "./support/recording.ts";
import { enter } from "./support/sealed.ts";
import { besiege, sealedBy } from "./support/siege.ts";

const SECRET = "correct horse battery";
const NAME = "Wilhelmina", WORDS = "meet me at the boathouse";
const keying = await makeSecret(SECRET);

/** Frames of a client before its first sealed one: hello, share, confirm. */
const IN_CLEAR = 3;

async function comeByIt(port: number, name: string): Promise<Peer> {
  return await enter(await Deno.connect({ port, hostname: "127.0.0.1" }), { name, keying });
}

/** A session from its first byte to its last. */
async function recordSession({ port }: Scene): Promise<Recording> {
  return await record(port, async (port) => {
    using peer = await comeByIt(port, NAME);
    await peer.send(chat(WORDS));
    await peer.sees(/"from":"Honest1","text":"word \d+"/);
    await peer.endSending();
    await peer.sawEnd();
    await peer.close();
  });
}

/** What is played, all at once; the server hears an end behind it. */
function replays({ client }: Recording): Uint8Array[] {
  const sealed = client.slice(IN_CLEAR), whole = concat(client);
  return [
    whole,
    whole.subarray(0, whole.length >> 1),
    ...client.map((_, i) => concat(client.slice(0, i + 1))),
    concat(sealed),
    sealed[0],
    concat([client[0], ...sealed]), // no shares in between
    concat([client[0], client[0], ...client]),
  ];
}

/** Every replay has an address of its own, so that none waits for the failures of others. */
function addresses(round: number): () => string {
  let last = 0;
  return () => `127.1.${round}.${++last}`;
}

/** Plays a frame, waits for an answer, plays the next one: as the client did. */
async function playInTurns(peer: Peer, frames: Uint8Array[]): Promise<void> {
  for (const frame of frames) {
    const before = peer.received.length;
    await peer.send(frame).catch(() => {}); // the server may have closed
    await peer.until(() => peer.ended || peer.received.length > before, "an answer");
  }
}

/** Plays the server's side to one client, whole or in turns; what the client makes of it. */
async function playToClient({ server }: Recording, inTurns: boolean): Promise<Failure> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const joining = assertRejects(() => comeByIt(listener.addr.port, "Ludwig"), Failure);
  using conn = await listener.accept();
  const buffer = new Uint8Array(65536);
  if (!inTurns) await writeAll(conn, concat(server));
  for (const frame of server) {
    if (await conn.read(buffer).catch(() => null) === null) break;
    if (inTurns) await writeAll(conn, frame).catch(() => {});
  }
  return await joining;
}

Deno.test("a recorded session opens nothing when it is played again", async () => {
  let recording: Recording | undefined;
  await besiege(
    async (scene, round) => {
      const { port, server } = scene;
      recording ??= await recordSession(scene);
      const played = recording;
      const address = addresses(round);
      using witness = await enter(await connectFrom(address(), port), { name: "Witness", keying });
      const peers: Peer[] = [];
      const play = async (frames: Uint8Array[]) => {
        const peer = Peer.over(await connectFrom(address(), port));
        peers.push(peer);
        await playInTurns(peer, frames);
        await peer.endSending();
        await peer.sawEnd();
      };
      const { client } = played;
      await Promise.all([
        ...replays(played).map((bytes) => play([bytes])),
        play(client),
        play(client),
        play([...client.slice(0, -1), ...client.slice(IN_CLEAR)]),
        play(client.toReversed()),
      ]);
      for (const peer of peers) {
        assertNotMatch(peer.received, /"type":"(confirm|welcome)"|word \d/);
        await peer.close();
      }
      const [whole, , ...rest] = peers;
      assertMatch(whole.received, /"more than one frame came before the greeting was done"/);
      assert(rest.some(({ received }) => received.includes('"the secret is wrong"')));
      for (const inTurns of [false, true]) {
        const { exit, message } = await playToClient(played, inTurns);
        assertEquals(exit, Exit.refused, message);
        assertMatch(message, /^Cannot join: the server('s answer| does not know the secret)/);
      }
      await scene.round();
      assertNotMatch(witness.received, new RegExp(`${NAME}|${WORDS}`));
      assertEquals(server.stderr.match(new RegExp(NAME, "g"))?.length, 2); // came, and left
      await witness.close();
    },
    [],
    { gather: Crowd.greeted(comeByIt), env: sealedBy(SECRET) },
  );
});
