/**
 * The server's side of coming to speak: the dialect found out, the native hello taken, and whatever
 * proof the server wants (docs/protocol.md).
 *
 * @module
 */
import { isClosed } from "../base/errors.ts";
import { GREETING_MS, NAME_WISH_CHARACTERS } from "../base/limits.ts";
import { within } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import type { Guard } from "../net/guard.ts";
import { type Meeting, Refusal } from "../net/meeting.ts";
import { detect, type Detected } from "../wire/detect.ts";
import { type Dialect, framingOf } from "../wire/dialect.ts";
import { type Hello, PROTOCOL_VERSION } from "../wire/message.ts";
import { decodeNative } from "../wire/native_message.ts";
import type { Accounts } from "./accounts.ts";
import { onlyPayload, watchEnd } from "./frames.ts";
import type { Keying } from "./keying.ts";
import type { Tries, Trying } from "./tries.ts";

/** What a server asks of those who come. */
export interface Terms {
  /** The cipher they must share. */
  readonly keying: Keying;
  /** The one dialect served, if it is pinned. */
  readonly dialect?: Dialect;
  /** Who may come in; then everybody must say who they are. */
  readonly accounts?: () => Accounts;
  /** Who may not. */
  readonly guard: Guard;
  /** What guessing costs. */
  readonly tries: Tries;
}

/** Whether those who come must show that they may: then nobody is served who has not. */
export function wantsProof({ keying, accounts }: Terms): boolean {
  return keying.exchange !== undefined || accounts !== undefined;
}

/**
 * Finds out the dialect from the first bytes (unless one is pinned), sets framing and cipher, takes
 * a native client's hello, and lets it prove who it is where that is asked for. Null when the peer
 * left without a word. The welcome is the caller's, who knows the name.
 *
 * @throws {Refusal} when the client cannot be taken in: protocol, version, cipher, secret, login.
 */
export async function meet(
  conn: Connection,
  address: string,
  terms: Terms,
): Promise<Meeting | null> {
  const { keying, dialect: pinned } = terms;
  const proof = wantsProof(terms);
  const known = pinned !== "native" && !proof ? pinned : undefined;
  if (!known) await begun(conn, proof);
  const detected = known ?? await firstBytes(conn);
  switch (detected) {
    case null:
      return null;
    case "native":
      return await meetNative(conn, address, terms);
    case "http":
      throw proof
        ? new Refusal("denied", "only clients of labwire are let in here", { foreign: "http" })
        : new Refusal("protocol", "this is no web server; use labwire connect", {
          foreign: "http",
        });
    case "tls":
      throw new Refusal("protocol", "the client began with TLS, which is not served here", {
        foreign: "tls",
      });
    case "unknown":
      throw new Refusal("protocol", "the first bytes are in no dialect that is known here");
  }
  // Guessed text may be raw as well: its framing finds out which. A refusal is told in the same way.
  conn.speak(detected, pinned ? undefined : framingOf(detected, { guessed: true }));
  if (proof || keying.cipher.binary) throw needsNative(terms);
  if (pinned === "native") {
    throw new Refusal("protocol", "this server speaks the native dialect only: labwire connect");
  }
  conn.cipher = keying.cipher;
  return { dialect: detected };
}

/**
 * Finds out how a visitor speaks who is going to be refused, and takes nothing of what it says.
 *
 * @throws {Refusal} when it is none of our dialects.
 */
export async function recognise(conn: Connection, { dialect }: Terms): Promise<undefined> {
  const known = dialect !== "native" ? dialect : undefined;
  if (!known) await begun(conn, false);
  const detected = known ?? await firstBytes(conn);
  if (detected === "http" || detected === "tls") {
    throw new Refusal("protocol", "the client speaks another protocol", { foreign: detected });
  }
  if (detected === null || detected === "unknown") return;
  conn.speak(detected, dialect ? undefined : framingOf(detected, { guessed: true }));
}

function needsNative({ keying, accounts }: Terms): Refusal {
  if (keying.name === "chacha20-poly1305") {
    return new Refusal("secret", "this server wants its secret: labwire connect --secret");
  }
  if (accounts) {
    return new Refusal(
      "login",
      "this server wants to know who you are: labwire connect --user NAME",
    );
  }
  return new Refusal("cipher", `this server uses ${keying.name}, which needs the native dialect`);
}

/** Silence may last where nothing has to be proven: a peer may only want to read. */
function begun(conn: Connection, hurry: boolean): Promise<unknown> {
  return hurry ? within(GREETING_MS, conn.begun(), late) : conn.begun();
}

/** Once it has begun, it must show what it is. */
function firstBytes(conn: Connection): Promise<Detected | null> {
  return within(GREETING_MS, conn.peek(detect), late);
}

function late(): Refusal {
  return new Refusal("protocol", `the first message took over ${GREETING_MS / 1000} s`);
}

async function meetNative(conn: Connection, address: string, terms: Terms): Promise<Meeting> {
  const { keying, tries } = terms;
  conn.speak("native");
  const payload = (await onlyPayload(conn, "hello")).slice(); // the next read overwrites it
  let hello = helloOf(payload, keying);
  if (keying.exchange) {
    conn.cipher = await keying.exchange.asServer(conn, payload, address, tries);
    hello = await sealedHello(conn, keying);
  } else conn.cipher = keying.cipher;
  return await logIn(conn, hello, address, terms);
}

function otherCipher(keying: Keying, hello: Hello): Refusal {
  if (keying.name === "chacha20-poly1305") {
    return new Refusal("secret", "this server wants its secret");
  }
  if (hello.cipher === "chacha20-poly1305") {
    return new Refusal("cipher", "this server has no secret: it would not be sealed");
  }
  return new Refusal("cipher", `this server uses the cipher ${keying.name}, not ${hello.cipher}`);
}

/** The second hello, in the first record. */
async function sealedHello(conn: Connection, keying: Keying): Promise<Hello> {
  try {
    return helloOf(await onlyPayload(conn, "hello"), keying);
  } catch (error) {
    if (error instanceof Refusal || isClosed(error)) throw error;
    throw new Refusal("denied", "the keys differ", { cause: error });
  }
}

/** Finds out whose account it is; a wrong name and a wrong password are told alike, and cost alike. */
async function logIn(
  conn: Connection,
  hello: Hello,
  address: string,
  terms: Terms,
): Promise<Meeting> {
  const { accounts, guard, tries } = terms;
  const { password, ...plain } = hello;
  if (!accounts) return { dialect: "native", hello: plain };
  const { user } = hello;
  if (user === undefined || password === undefined) {
    throw new Refusal("login", "this server wants to know who you are");
  }
  // Who guesses at one account keeps the owners of others waiting little.
  const turn = user.slice(0, NAME_WISH_CHARACTERS).toLowerCase();
  const who: Trying = { kind: "login", address, user: turn, left: watchEnd(conn) };
  const account = await tries.next(who, () => accounts().login(user, password));
  if (!account) {
    tries.failed(who);
    throw new Refusal("denied", "the user or the password is wrong");
  }
  const refusal = guard.refusal(address, account);
  if (refusal) throw refusal;
  return { dialect: "native", hello: { ...plain, name: account.name }, account };
}

/** A hello of our version and cipher; the one in clear and the sealed one alike. */
function helloOf(payload: Uint8Array, keying: Keying): Hello {
  const hello = decodeNative(payload);
  if (hello.type !== "hello") throw new Refusal("protocol", "expected a hello message");
  const { version, cipher } = hello;
  if (version !== PROTOCOL_VERSION) {
    throw new Refusal(
      "version",
      `this server speaks version ${PROTOCOL_VERSION}, not ${version}`,
    );
  }
  if (cipher !== keying.name) throw otherCipher(keying, hello);
  return hello;
}
