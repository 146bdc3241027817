/**
 * How the two sides greet under each keying, turn by turn, as an honest program does it: what the
 * handshake target lets a peer deviate from. A new greeting is one more entry of {@linkcode SCHEMES}.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AesKeys } from "../../lib/auth/aes_keys.ts";
import { type Keying, makeKeying } from "../../lib/auth/keying.ts";
import { SecretKeys } from "../../lib/auth/secret_keys.ts";
import { SharedSecret } from "../../lib/auth/spake2.ts";
import { aesGcm, RANDOM_BYTES, SALT_BYTES } from "../../lib/wire/ciphers/aes_gcm.ts";
import { chaCha20Poly1305 } from "../../lib/wire/ciphers/chacha20_poly1305.ts";
import { none } from "../../lib/wire/ciphers/none.ts";
import type { Message } from "../../lib/wire/message.ts";
import { PROTOCOL_VERSION } from "../../lib/wire/message.ts";
import type { Talk } from "./talk.ts";

/** What an honest side says next; undefined when it cannot, for want of what it should have heard. */
export type Turn = (talk: Talk) => Promise<Message | undefined>;

/** What somebody was told: as labwire keeps it, and the words. */
export interface Told {
  readonly keying: Keying;
  readonly passphrase: string;
}

/** One greeting. */
export interface Scheme {
  readonly name: string;
  /** What both sides were told. */
  readonly shared: Told;
  /** What somebody was told who does not know the secret; absent where there is none. */
  readonly wrong?: Told;
  /** Whether only who knows the secret can be taken in, by what was sealed. */
  readonly authentic: boolean;
  /** Whether nothing can be changed on the way, before there are keys. */
  readonly bound: boolean;
  /** A client's turns, and a server's. */
  readonly client: readonly Turn[];
  readonly server: readonly Turn[];
}

/** The name that an honest client asks for. */
export const NAME = "Ada";

const WELCOME: Message = {
  type: "welcome",
  version: PROTOCOL_VERSION,
  name: NAME,
  mode: "chat",
  features: [],
};

/** The salt of an honest server that the fuzzer plays. */
const SALT = crypto.getRandomValues(new Uint8Array(SALT_BYTES));

/** Under a cipher that maps payloads: hello in clear, welcome under it. */
async function plain(name: "none" | "caesar" | "xor", passphrase = ""): Promise<Scheme> {
  return {
    name,
    shared: { keying: await makeKeying(name, passphrase), passphrase },
    authentic: false,
    bound: false,
    client: [(talk) => Promise.resolve(hello(name, talk))],
    server: [async (talk) => {
      if ((await talk.heard())?.type !== "hello") return undefined;
      talk.conn.cipher = talk.told.keying.cipher;
      return WELCOME;
    }],
  };
}

/** Under aes-gcm: hello, keys, both in clear; hello with the name, welcome, both sealed. */
function numbered(): Scheme {
  const told = (passphrase: string): Told => {
    const exchange = new AesKeys(passphrase, masterOf);
    return { keying: { name: "aes-gcm", cipher: none, exchange }, passphrase };
  };
  const drawn = () => crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return {
    name: "aes-gcm",
    shared: told("a"),
    wrong: told("b"),
    authentic: true,
    bound: false,
    client: [
      (talk) => {
        talk.random = drawn();
        const { type, version, cipher } = hello("aes-gcm", talk);
        return Promise.resolve({ type, version, cipher, random: talk.random.toBase64() });
      },
      async (talk) => {
        const keys = await talk.heard();
        if (keys?.type !== "keys" || keys.random === undefined) return undefined;
        const serverRandom = Uint8Array.fromBase64(keys.random);
        talk.conn.cipher = aesGcm(
          masterOf(talk.told.passphrase, Uint8Array.fromBase64(keys.salt)),
          { clientRandom: talk.random!, serverRandom, role: "client" },
        );
        return hello("aes-gcm", talk);
      },
    ],
    server: [
      async (talk) => {
        const heard = await talk.heard();
        if (heard?.type !== "hello" || heard.random === undefined) return undefined;
        talk.theirs = Uint8Array.fromBase64(heard.random);
        talk.random = drawn();
        return { type: "keys", salt: SALT.toBase64(), random: talk.random.toBase64() };
      },
      async (talk) => {
        if (!talk.theirs) return undefined;
        talk.conn.cipher = aesGcm(
          masterOf(talk.told.passphrase, SALT),
          { clientRandom: talk.theirs, serverRandom: talk.random!, role: "server" },
        );
        return (await talk.heard())?.type === "hello" ? WELCOME : undefined;
      },
    ],
  };
}

/**
 * Under a secret: hello, keys, share, share, confirm, confirm, all in clear; then hello with the
 * name, and welcome, both sealed. A side that hears a confirmation that does not fit goes on.
 */
function secret(): Scheme {
  const told = (passphrase: string): Told => {
    const derive = (passphrase: string, salt: Uint8Array) =>
      Promise.resolve(materialOf(passphrase, salt));
    const exchange = new SecretKeys(passphrase, derive);
    return { keying: { name: "chacha20-poly1305", cipher: none, exchange }, passphrase };
  };
  const seal = (talk: Talk, role: "client" | "server") => {
    const { key } = talk.agreement!;
    talk.conn.cipher = chaCha20Poly1305({ key, context: talk.hash, role });
  };
  const mac = (talk: Talk): Message => {
    return { type: "confirm", mac: talk.agreement!.confirmation.toBase64() };
  };
  return {
    name: "chacha20-poly1305",
    shared: told("a"),
    wrong: told("b"),
    authentic: true,
    bound: true,
    client: [
      (talk) => {
        const { type, version, cipher } = hello("chacha20-poly1305", talk);
        return Promise.resolve({ type, version, cipher });
      },
      async (talk) => {
        const keys = await talk.heard();
        if (keys?.type !== "keys") return undefined;
        const known = secretOf(talk.told.passphrase, Uint8Array.fromBase64(keys.salt));
        talk.exchange = known.start("client", { context: talk.hash });
        return { type: "share", share: talk.exchange.share.toBase64() };
      },
      async (talk) => {
        const share = await talk.heard();
        if (share?.type !== "share" || !talk.exchange) return undefined;
        talk.agreement = talk.exchange.finish(Uint8Array.fromBase64(share.share));
        return mac(talk);
      },
      async (talk) => {
        const confirm = await talk.heard();
        if (confirm?.type !== "confirm" || !talk.agreement) return undefined;
        seal(talk, "client");
        return hello("chacha20-poly1305", talk);
      },
    ],
    server: [
      async (talk) => {
        const heard = await talk.heard();
        return heard?.type === "hello" ? { type: "keys", salt: SALT.toBase64() } : undefined;
      },
      async (talk) => {
        const known = secretOf(talk.told.passphrase, SALT);
        const exchange = known.start("server", { context: talk.hash });
        const share = await talk.heard();
        if (share?.type !== "share") return undefined;
        talk.agreement = exchange.finish(Uint8Array.fromBase64(share.share));
        return { type: "share", share: exchange.share.toBase64() };
      },
      async (talk) => {
        const confirm = await talk.heard();
        return confirm?.type === "confirm" && talk.agreement ? mac(talk) : undefined;
      },
      async (talk) => {
        if (!talk.agreement) return undefined;
        seal(talk, "server");
        return (await talk.heard())?.type === "hello" ? WELCOME : undefined;
      },
    ],
  };
}

/** A master secret without the time that scrypt takes on purpose. */
function masterOf(passphrase: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(passphrase).update(salt).digest());
}

function materialOf(passphrase: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha512").update(passphrase).update(salt).digest());
}

const secrets = new Map<string, SharedSecret>();

function secretOf(passphrase: string, salt: Uint8Array): SharedSecret {
  const key = `${passphrase} ${salt.toHex()}`;
  const known = secrets.get(key) ?? new SharedSecret(materialOf(passphrase, salt));
  if (secrets.size < 100) secrets.set(key, known);
  return known;
}

/** All greetings there are. */
export const SCHEMES: readonly Scheme[] = [
  ...await Promise.all([plain("none"), plain("caesar", "3"), plain("xor", "secret")]),
  numbered(),
  secret(),
];

function hello(cipher: Keying["name"], { login }: Talk) {
  return { type: "hello", version: PROTOCOL_VERSION, cipher, name: NAME, ...login } as const;
}
