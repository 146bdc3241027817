/**
 * The client's side of the native greeting (docs/protocol.md).
 *
 * @module
 */
import { Exit, Failure, isClosed, ProtocolError, reasonOf } from "../base/errors.ts";
import { GREETING_MS, SEALED_GREETING_MS } from "../base/limits.ts";
import { within } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import type { Hello, Message, Purpose, RefusalCode, Refused, Welcome } from "../wire/message.ts";
import { PROTOCOL_VERSION } from "../wire/message.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";
import { nextBatch } from "./frames.ts";
import type { Keying } from "./keying.ts";

/** What a client asks for, and shows, in its greeting. */
export interface GreetingOptions {
  /** The wish for a name. */
  name?: string;
  /** What the connection is for, if for files alone. */
  purpose?: Purpose;
  /** What the room gave out for it. */
  ticket?: string;
  /** The name of an account; never sent in clear unless the socket below is TLS. */
  user?: string;
  /** Its password. */
  password?: string;
  /** What the client can do. */
  features?: string[];
  /** The cipher and its key. */
  keying: Keying;
}

/** A server does not take us in. */
export class TurnedAway extends Failure {
  /** Why, for programs: some can be helped by asking for what is missing. */
  readonly code: RefusalCode;

  /** What the server said to a connection that was to move files, or to join. */
  constructor({ code, reason }: Refused, { purpose }: Pick<Hello, "purpose">, keying: Keying) {
    const act = purpose ? "move files" : "join";
    const needless = code === "cipher" && keying.name === "chacha20-poly1305";
    const remedy = needless ? "leave out --secret and LABWIRE_SECRET" : REMEDIES.get(code);
    super(`Cannot ${act}: ${reason}`, Exit.refused, { remedy });
    this.code = code;
  }
}

const REMEDIES = new Map<RefusalCode, string>([
  ["cipher", "give the server's --cipher and --key, and no other"],
  ["secret", "add --secret, and type the passphrase"],
  ["login", "add --user NAME, and type the password"],
]);

/**
 * Says hello and waits for the welcome, for at most {@linkcode GREETING_MS}; longer where keys are
 * agreed on.
 *
 * @throws {TurnedAway} when refused.
 * @throws {Failure} exit 4 when the keys differ, 5 when the server closes, 6 when it stays silent;
 * the remedy names `--dialect` where the other side does not seem to speak native.
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
  const patience = keying.exchange ? SEALED_GREETING_MS : GREETING_MS;
  try {
    return await within(patience, exchange(conn, wishes, keying), late);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof ProtocolError) {
      throw new Failure(
        `Cannot greet the server: its answer is not native (${reasonOf(error)})`,
        Exit.lost,
        { remedy, cause: error },
      );
    }
    if (!isClosed(error)) throw error;
    throw new Failure("Cannot greet the server: it closed the connection", Exit.lost, {
      remedy,
      cause: error,
    });
  }
}

type Wishes = Omit<Hello, "type" | "version" | "cipher" | "random">;

async function exchange(conn: Connection, wishes: Wishes, keying: Keying): Promise<Welcome> {
  const hello: Hello = { type: "hello", version: PROTOCOL_VERSION, cipher: keying.name };
  conn.speak("native");
  if (keying.exchange) return await exchangeSealed(conn, hello, wishes, keying);
  await conn.send([encodeNative({ ...hello, ...wishes })]);
  conn.cipher = keying.cipher;
  return welcomed(firstOf(await firstBatch(conn), conn), keying, wishes);
}

/**
 * Under a record cipher the wishes wait until they can be sealed. What comes in clear may be from
 * whoever has no key: a refusal is believed, a welcome, or a frame too many, is not.
 */
async function exchangeSealed(
  conn: Connection,
  hello: Hello,
  wishes: Wishes,
  keying: Keying,
): Promise<Welcome> {
  const { exchange } = keying;
  const opening = encodeNative({ ...hello, ...exchange!.opening() });
  await conn.send([opening]);
  let read = firstBatch;
  const next = async () => {
    const [payload, ...more] = await read(conn);
    read = nextBatch;
    failIfRefused(tryDecode(payload), wishes, keying);
    if (more.length > 0) throw keysDiffer(keying);
    return payload.slice(); // the next read overwrites it
  };
  try {
    conn.cipher = await exchange!.asClient(conn, opening, next);
    await conn.send([encodeNative({ ...hello, ...wishes })]);
    return welcomed(firstOf(await nextBatch(conn), conn), keying, wishes);
  } catch (error) {
    throw error instanceof ProtocolError ? keysDiffer(keying, error) : error;
  }
}

function welcomed(payload: Uint8Array, keying: Keying, wishes: Wishes): Welcome {
  const message = tryDecode(payload);
  if (message?.type === "welcome") return message;
  failIfRefused(message, wishes, keying);
  // A refusal may have come in clear, to be read whatever the keys are: sealing undoes the opening.
  failIfRefused(tryDecode(keying.cipher.seal(payload)), wishes, keying);
  if (keying.name !== "none") throw keysDiffer(keying);
  throw new ProtocolError("it is no welcome");
}

function failIfRefused(message: Message | undefined, wishes: Wishes, keying: Keying): void {
  if (message?.type === "refused") throw new TurnedAway(message, wishes, keying);
}

function keysDiffer({ name }: Keying, cause?: unknown): Failure {
  const secret = name === "chacha20-poly1305";
  const remedy = secret ? "it may be no labwire server" : "check --key and --cipher";
  const what = secret ? "is not what comes of the secret" : "does not open with this key";
  return new Failure(`Cannot join: the server's answer ${what}`, Exit.refused, { remedy, cause });
}

function tryDecode(payload: Uint8Array): Message | undefined {
  try {
    return decodeNative(payload);
  } catch {
    return undefined;
  }
}

/** The first native frames, past what a room said before it knew us: text, which holds no zero. */
async function firstBatch(conn: Connection): Promise<Uint8Array[]> {
  for (;;) {
    const text = await conn.peek((bytes) => bytes.length > 0 ? beforeZero(bytes) : undefined);
    if (text === null) throw new Deno.errors.UnexpectedEof("the connection was closed");
    conn.skip(text.length);
    if (text.found) return await nextBatch(conn);
  }
}

function beforeZero(bytes: Uint8Array): { length: number; found: boolean } {
  const zero = bytes.indexOf(0);
  return zero < 0 ? { length: bytes.length, found: false } : { length: zero, found: true };
}

/** One payload: behind a welcome the room's first words may have come already. */
function firstOf([payload, ...rest]: Uint8Array[], conn: Connection): Uint8Array {
  conn.putBack(rest);
  return payload;
}
