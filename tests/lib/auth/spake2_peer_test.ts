import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { TextLineStream } from "@std/streams/text-line-stream";
import fc from "fast-check";
import { type ExchangeOptions, type Role, SharedSecret } from "../../../lib/auth/spake2.ts";
import { stretch } from "../../../lib/auth/stretch.ts";
import { anyText, bytesOf } from "../../support/feed.ts";
import { peerTest } from "../../support/peers.ts";

const SCRIPT = new URL("../../peers/spake2.py", import.meta.url).pathname;

type Answer = Record<"share" | "key" | "confirmation" | "expected", string>;

/** The Python program: one question, one answer. */
class Peer {
  readonly #child = new Deno.Command("python3", {
    args: [SCRIPT],
    env: { PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  readonly #writer = this.#child.stdin.getWriter();
  readonly #lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();

  async ask(question: unknown): Promise<Answer> {
    await this.#writer.write(bytesOf(JSON.stringify(question) + "\n"));
    const { value } = await this.#lines.read();
    return JSON.parse(value ?? "null");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#lines.cancel();
    await this.#child.status;
  }
}

interface Meeting {
  /** What they type. */
  phrases: { ours: string; theirs: string };
  role: Role;
  options?: ExchangeOptions;
}

/** One exchange with the Python program in the other role. */
async function meet(peer: Peer, { phrases, role, options = {} }: Meeting) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const { identities, context } = options;
  const { share } = await peer.ask({
    passphrase: phrases.theirs,
    salt: salt.toHex(),
    role: role === "client" ? "server" : "client",
    ...identities && { identities: [identities.client, identities.server] },
    ...context && { context: context.toHex() },
  });
  const side = new SharedSecret(await stretch(phrases.ours, salt)).start(role, options);
  const ours = side.finish(Uint8Array.fromHex(share));
  return { ours, theirs: await peer.ask({ peer: side.share.toHex() }) };
}

const phrase = anyText.filter((text) => text !== "");

peerTest(
  ["python3"],
  "SPAKE2 agrees with a program written from the RFC, in both roles",
  async () => {
    await using peer = new Peer();
    const samples = fc.sample(fc.tuple(phrase, anyText, anyText, fc.uint8Array()), 3);
    for (const [text, client, server, context] of samples) {
      for (const options of [{}, { identities: { client, server }, context }]) {
        for (const role of ["client", "server"] as const) {
          const phrases = { ours: text, theirs: text };
          const { ours, theirs } = await meet(peer, { phrases, role, options });
          assertEquals(theirs.key, ours.key.toHex());
          assertEquals(theirs.expected, ours.confirmation.toHex());
          assert(ours.verify(Uint8Array.fromHex(theirs.confirmation)));
        }
      }
    }
  },
);

peerTest(
  ["python3"],
  "SPAKE2 agrees with it on a passphrase that was composed otherwise",
  async () => {
    await using peer = new Peer();
    const phrases = { ours: "caf\u00e9 \u1e9b\u0323", theirs: "cafe\u0301 \u017f\u0323\u0307" };
    const { ours, theirs } = await meet(peer, { phrases, role: "client" });
    assertEquals(theirs.key, ours.key.toHex());
  },
);

peerTest(["python3"], "SPAKE2 does not agree with it on two passphrases", async () => {
  await using peer = new Peer();
  const phrases = { ours: "a phrase", theirs: "A phrase" };
  for (const role of ["client", "server"] as const) {
    const { ours, theirs } = await meet(peer, { phrases, role });
    assertNotEquals(theirs.key, ours.key.toHex());
    assertNotEquals(theirs.expected, ours.confirmation.toHex());
    assertEquals(ours.verify(Uint8Array.fromHex(theirs.confirmation)), false);
  }
});
