/**
 * How two sides come to speak: the dialect found out, and the native greeting (docs/protocol.md).
 *
 * @module
 */
import { Exit, Failure, isClosed, ProtocolError, reasonOf } from "../base/errors.ts";
import { GREETING_MS } from "../base/limits.ts";
import { within } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { type Meeting, Refusal } from "../net/meeting.ts";
import { detect, type Detected } from "../wire/detect.ts";
import { type Dialect, framingOf } from "../wire/dialect.ts";
import type { Hello, Message, Purpose, Welcome } from "../wire/message.ts";
import { PROTOCOL_VERSION } from "../wire/message.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";
import type { Keying } from "./keying.ts";

/**
 * Server side: finds out the dialect from the first bytes (unless one is pinned), sets framing and
 * cipher, and takes a native client's hello. Null when the peer left without a word. The welcome is
 * the caller's, who knows the name.
 *
 * @throws {Refusal} when the client cannot be taken in: protocol, version, cipher or key.
 */
export async function meet(
  conn: Connection,
  keying: Keying,
  pinned?: Dialect,
): Promise<Meeting | null> {
  const detected = pinned && pinned !== "native" ? pinned : await firstBytes(conn);
  switch (detected) {
    case null:
      return null;
    case "native":
      return { dialect: "native", hello: await takeHello(conn, keying) };
    case "http":
      throw new Refusal("protocol", "this is no web server; use labwire connect", {
        foreign: "http",
      });
    case "tls":
      throw new Refusal("protocol", "the client began with TLS, which is not served here", {
        foreign: "tls",
      });
    case "unknown":
      throw new Refusal("protocol", "the first bytes are in no dialect that is known here");
  }
  if (pinned === "native") {
    throw new Refusal("protocol", "this server speaks the native dialect only: labwire connect");
  }
  if (keying.sealing || keying.cipher.binary) {
    throw new Refusal("cipher", `this server uses ${keying.name}, which needs the native dialect`);
  }
  // Guessed text may be raw as well: its framing finds out which.
  conn.speak(detected, pinned ? undefined : framingOf(detected, { guessed: true }));
  conn.cipher = keying.cipher;
  return { dialect: detected };
}

/** Silence may last: a peer may only want to read. Once it has begun, it must show what it is. */
async function firstBytes(conn: Connection): Promise<Detected | null> {
  await conn.peek((bytes) => bytes.length > 0 || undefined);
  const late = () => new Refusal("protocol", `the first message took over ${GREETING_MS / 1000} s`);
  return await within(GREETING_MS, conn.peek(detect), late);
}

async function takeHello(conn: Connection, keying: Keying): Promise<Hello> {
  conn.speak("native");
  const hello = await receiveOne(conn, "hello");
  if (hello.version !== PROTOCOL_VERSION) {
    throw new Refusal(
      "version",
      `this server speaks version ${PROTOCOL_VERSION}, not ${hello.version}`,
    );
  }
  if (hello.cipher !== keying.name) {
    throw new Refusal("cipher", `this server uses the cipher ${keying.name}, not ${hello.cipher}`);
  }
  if (!keying.sealing) {
    conn.cipher = keying.cipher;
    return hello;
  }
  const { aes, salt, master } = keying.sealing;
  const clientRandom = randomOf(hello.random, aes.RANDOM_BYTES);
  const serverRandom = crypto.getRandomValues(new Uint8Array(aes.RANDOM_BYTES));
  await conn.send([encodeNative({
    type: "keys",
    salt: salt.toBase64(),
    random: serverRandom.toBase64(),
  })]);
  conn.cipher = aes.aesGcm(master(salt), { clientRandom, serverRandom, role: "server" });
  try {
    return await receiveOne(conn, "hello");
  } catch (error) {
    if (error instanceof Refusal || isClosed(error)) throw error;
    throw new Refusal("denied", "the keys differ", { cause: error });
  }
}

/** Client side of the native greeting: what it asks for. */
export interface GreetingOptions {
  /** The wish for a name. */
  name?: string;
  /** What the connection is for, if for files alone. */
  purpose?: Purpose;
  /** What the room gave out for it. */
  ticket?: string;
  /** The cipher and its key. */
  keying: Keying;
}

/**
 * Client side: says hello and waits for the welcome, for at most {@linkcode GREETING_MS}.
 *
 * @throws {Failure} exit 4 when refused or the keys differ, 5 when the server closes, 6 when it
 * stays silent; the remedy names `--dialect` where the other side does not seem to speak native.
 */
export async function greet(
  conn: Connection,
  { keying, ...wishes }: GreetingOptions,
): Promise<Welcome> {
  const remedy = wishes.purpose
    ? "is it a labwire server?"
    : "a server of another make? try --dialect raw, text or json";
  const late = () =>
    new Failure(
      "Cannot greet the server: it does not answer in the native dialect",
      Exit.timedOut,
      {
        remedy,
      },
    );
  try {
    return await within(GREETING_MS, exchange(conn, wishes, keying), late);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof ProtocolError) {
      throw new Failure(
        `Cannot greet the server: its answer is not native (${reasonOf(error)})`,
        Exit.lost,
        { remedy, cause: error },
      );
    }
    throw new Failure("Cannot greet the server: it closed the connection", Exit.lost, {
      remedy,
      cause: error,
    });
  }
}

type Wishes = Pick<Hello, "name" | "purpose" | "ticket">;

async function exchange(conn: Connection, wishes: Wishes, keying: Keying): Promise<Welcome> {
  const hello: Hello = {
    type: "hello",
    version: PROTOCOL_VERSION,
    cipher: keying.name,
    ...wishes,
  };
  conn.speak("native");
  if (keying.sealing) return await exchangeSealed(conn, hello, keying);
  await conn.send([encodeNative(hello)]);
  conn.cipher = keying.cipher;
  return welcomed(await firstPayload(conn), keying, hello);
}

/** Under aes-gcm the wishes wait until they can be sealed: hello, keys, hello with them, welcome. */
async function exchangeSealed(conn: Connection, hello: Hello, keying: Keying): Promise<Welcome> {
  const { aes, master } = keying.sealing!;
  const clientRandom = crypto.getRandomValues(new Uint8Array(aes.RANDOM_BYTES));
  const { type, version, cipher } = hello;
  await conn.send([encodeNative({ type, version, cipher, random: clientRandom.toBase64() })]);
  const payload = await firstPayload(conn);
  const keys = decodeNative(payload);
  if (keys.type !== "keys") return welcomed(payload, keying, hello);
  const serverRandom = randomOf(keys.random, aes.RANDOM_BYTES);
  conn.cipher = aes.aesGcm(master(randomOf(keys.salt, aes.SALT_BYTES)), {
    clientRandom,
    serverRandom,
    role: "client",
  });
  await conn.send([encodeNative(hello)]);
  try {
    return welcomed(await nextPayload(conn), keying, hello);
  } catch (error) {
    throw error instanceof ProtocolError ? keysDiffer(error) : error;
  }
}

/** A refusal may have come in clear, to be read whatever the keys are: sealing undoes the opening. */
function welcomed(payload: Uint8Array, keying: Keying, { purpose }: Hello): Welcome {
  for (const candidate of [payload, keying.cipher.seal(payload)]) {
    const message = tryDecode(candidate);
    if (message?.type === "welcome") return message;
    if (message?.type === "refused") {
      const remedy = message.code === "cipher" ? "give the server's --cipher and --key" : undefined;
      const act = purpose ? "move files" : "join";
      throw new Failure(`Cannot ${act}: ${message.reason}`, Exit.refused, { remedy });
    }
  }
  if (keying.name !== "none") throw keysDiffer();
  throw new ProtocolError("it is no welcome");
}

function keysDiffer(cause?: unknown): Failure {
  return new Failure("Cannot join: the server's answer does not open with this key", Exit.refused, {
    remedy: "check --key and --cipher",
    cause,
  });
}

function tryDecode(payload: Uint8Array): Message | undefined {
  try {
    return decodeNative(payload);
  } catch {
    return undefined;
  }
}

/** The first native frame, past what a room said before it knew us: text, which holds no zero. */
async function firstPayload(conn: Connection): Promise<Uint8Array> {
  for (;;) {
    const text = await conn.peek((bytes) => bytes.length > 0 ? beforeZero(bytes) : undefined);
    if (text === null) throw new Deno.errors.UnexpectedEof("the connection was closed");
    conn.skip(text.length);
    if (text.found) return await nextPayload(conn);
  }
}

function beforeZero(bytes: Uint8Array): { length: number; found: boolean } {
  const zero = bytes.indexOf(0);
  return zero < 0 ? { length: bytes.length, found: false } : { length: zero, found: true };
}

/** One payload: behind a welcome the room's first words may have come already. */
async function nextPayload(conn: Connection): Promise<Uint8Array> {
  const [payload, ...rest] = await nextBatch(conn);
  conn.putBack(rest);
  return payload;
}

/** At least one payload: a record may be empty, or the one behind a fault. */
async function nextBatch(conn: Connection): Promise<Uint8Array[]> {
  let batch: Uint8Array[] | null;
  do batch = await conn.receive(); while (batch?.length === 0);
  if (batch === null) throw new Deno.errors.UnexpectedEof("the connection was closed");
  return batch;
}

async function receiveOne<T extends Message["type"]>(
  conn: Connection,
  type: T,
): Promise<Extract<Message, { type: T }>> {
  const late = () => new Refusal("protocol", `no ${type} in ${GREETING_MS / 1000} s`);
  const batch = await within(GREETING_MS, nextBatch(conn), late);
  if (batch.length > 1) {
    throw new Refusal("protocol", "more than one frame came before the greeting was done");
  }
  const message = decodeNative(batch[0]);
  if (message.type !== type) throw new Refusal("protocol", `expected a ${type} message`);
  return message as Extract<Message, { type: T }>;
}

function randomOf(text: string | undefined, length: number): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = Uint8Array.fromBase64(text ?? "");
  } catch {
    // no base64 is no random number
  }
  if (bytes?.length === length) return bytes;
  throw new Refusal("protocol", `a random number is not ${length} bytes in base64`);
}
