/**
 * The handshake, in memory: a side of labwire's, and one that deviates from what it should say.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Accounts } from "../../lib/auth/accounts.ts";
import { greet } from "../../lib/auth/greeting.ts";
import { meet } from "../../lib/auth/meet.ts";
import { stretch } from "../../lib/auth/stretch.ts";
import { Tries, type Trying } from "../../lib/auth/tries.ts";
import type { Account } from "../../lib/base/account.ts";
import { Failure, isClosed, ProtocolError } from "../../lib/base/errors.ts";
import { within } from "../../lib/base/tasks.ts";
import { Connection } from "../../lib/net/connection.ts";
import { Guard } from "../../lib/net/guard.ts";
import { memoryPair } from "../../lib/net/memory_pair.ts";
import { DIALECTS } from "../../lib/wire/dialect.ts";
import { type Hello, type Message, PROTOCOL_VERSION } from "../../lib/wire/message.ts";
import { decodeNative } from "../../lib/wire/native_message.ts";
import type { Check, Target } from "../campaign.ts";
import { cuts } from "../support/arbitraries.ts";
import { assertUntouched, attempt, LEAK } from "../support/oracles.ts";
import { NAME, type Scheme, SCHEMES } from "../support/schemes.ts";
import { type Deviation, deviation, Talk } from "../support/talk.ts";

/** Far below the deadlines of a greeting: no case is to wait for one. */
const CASE_MS = 3000;

interface Case {
  /** Which of {@linkcode SCHEMES}. */
  scheme: number;
  /** Whether the peer knows the secret, where there is one. */
  knows: boolean;
  /** Whether the server has accounts, and what the client shows of one. */
  accounts: boolean;
  login: keyof typeof LOGINS;
  /** Whether that account, or that address, may not come in. */
  banned: boolean;
  /** Whether the server speaks native only. */
  pinned: boolean;
  deviations: Deviation[];
  cuts: number[];
  /** Bytes that lie between the two at most. */
  capacity: number;
}

/** What a client shows; one of them opens an account. */
const LOGINS = {
  right: { user: "ada", password: "rightly so" },
  wrong: { user: "Ada", password: "rightly so " },
  stranger: { user: "Eve", password: "rightly so" },
  silent: { user: "Ada" },
  none: {},
} as const;

/** The address that a client has, which says nothing of who it is. */
const ADDRESS = "192.0.2.7";

const salt = crypto.getRandomValues(new Uint8Array(16));
const hash = await stretch(LOGINS.right.password, salt, { cost: 1024, bytes: 32 });

/** One account that costs little; a name that is not known costs nothing. */
class Cheap extends Accounts {
  constructor() {
    super(`Ada:student:scrypt:1024:${salt.toBase64()}:${hash.toBase64()}`);
  }

  override async login(name: string, password: string): Promise<Account | undefined> {
    return this.find(name) && await super.login(name, password);
  }
}

/** Tries that are counted. */
class Counted extends Tries {
  begun = 0;
  failures = 0;

  override async next<T>(who: Trying, work: () => T | Promise<T>): Promise<T> {
    this.begun++;
    try {
      return await super.next(who, work);
    } catch (error) {
      if (who.kind === "login" && isClosed(error)) this.begun--; // it left before anything was computed
      throw error;
    }
  }

  override failed(who: Trying): void {
    assertEquals(who.address, ADDRESS);
    this.failures++;
    super.failed(who);
  }
}

const arbitrary: fc.Arbitrary<Case> = fc.record({
  scheme: fc.nat(SCHEMES.length - 1),
  knows: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
  accounts: fc.integer({ min: 0, max: 2 }).map((one) => one === 0),
  login: fc.oneof(
    fc.constant("right" as const),
    fc.constantFrom(...Object.keys(LOGINS) as Case["login"][]),
  ),
  banned: fc.integer({ min: 0, max: 9 }).map((one) => one === 9),
  pinned: fc.integer({ min: 0, max: 4 }).map((one) => one === 4),
  deviations: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Deviation[]>([]) },
    { weight: 3, arbitrary: deviation.map((one) => [one]) },
    { weight: 3, arbitrary: fc.array(deviation, { minLength: 2, maxLength: 4 }) },
  ),
  cuts: fc.oneof(fc.constant<number[]>([]), cuts),
  capacity: fc.constantFrom(1, 3, 64, 4096, 4096),
});

/** How one side fared: what it got, or why not. */
type Result<T> = { readonly value: T } | { readonly error: unknown };

/** Lets labwire's side run against a peer; what came of it, and what the peer said. */
async function play<T>(
  { scheme, knows, login, deviations, cuts, capacity }: Case,
  peer: "client" | "server",
  labwire: (conn: Connection, scheme: Scheme) => Promise<T>,
): Promise<{ result: Result<T>; talk: Talk; knew: boolean }> {
  const { [peer]: turns, shared, wrong } = SCHEMES[scheme];
  const [near, far] = memoryPair(capacity);
  using conn = new Connection(near);
  const knew = knows || wrong === undefined;
  const talk = new Talk(far, knew ? shared : wrong, LOGINS[login]);
  using _far = talk.conn;
  const over = labwire(conn, SCHEMES[scheme])
    .then((value) => ({ value }), (error: unknown) => ({ error }))
    .finally(() => conn.close()); // as a server does, and what ends a peer that still writes
  const performed = talk.perform(turns, deviations, cuts)
    .catch((error) => assert(isClosed(error), `${error}`))
    .then(() => far.closeWrite());
  const late = () => new Error(`it has not ended in ${CASE_MS} ms`);
  const [result] = await within(CASE_MS, Promise.all([over, performed]), late);
  assertUntouched();
  return { result, talk, knew };
}

/** Asserts that what is declined is declined in words. */
function assertWords({ error }: { error: unknown }): void {
  if (isClosed(error)) return;
  assert(error instanceof Error && !LEAK.test(error.message), `${error}`);
}

async function meets(one: Case): Promise<void> {
  const { authentic, bound, name } = SCHEMES[one.scheme];
  const tries = new Counted(), guard = new Guard(), cheap = new Cheap();
  if (one.banned) guard.ban("Ada", { byName: true, ms: 60_000 });
  let sealed = false; // which only a confirmation brings about
  const { result, talk, knew } = await play(one, "client", async (conn, { shared }) => {
    try {
      return await meet(conn, ADDRESS, {
        keying: shared.keying,
        accounts: one.accounts ? () => cheap : undefined,
        dialect: one.pinned ? "native" : undefined,
        guard,
        tries,
      });
    } finally {
      sealed = conn.cipher.records;
    }
  });
  const meeting = "value" in result ? result.value : undefined;
  assert(!sealed || knew || !bound, "keys without the secret");
  assertTries(one, tries, { sealed, account: meeting?.account });
  const welcome = knew && (!one.accounts || (one.login === "right" && !one.banned));
  if ("error" in result) {
    const { error } = result;
    assert(error instanceof ProtocolError || isClosed(error), String((error as Error)?.stack));
    assert(one.deviations.length > 0 || !welcome, `an honest client was turned away: ${error}`);
    return assertWords(result);
  }
  if (!meeting) return assert(one.deviations.length > 0, "an honest client was taken for nobody");
  const { dialect, hello, account } = meeting;
  assert(DIALECTS.includes(dialect));
  assert(!one.pinned || dialect === "native", "another dialect than the pinned one");
  assertEquals(hello !== undefined, dialect === "native");
  assertEquals(account !== undefined, one.accounts, "an account, or none where there are some");
  if (hello === undefined) return assert(!authentic, "a dialect that cannot be sealed");
  assertEquals([hello.type, hello.version], ["hello", PROTOCOL_VERSION]);
  assertEquals(hello.cipher, name);
  assert(!("password" in hello) || !one.accounts, "a password went on");
  if (authentic) assertSaid(talk, knew, (said) => isOf(said, hello, account));
  if (bound) assert(!talk.altered, "taken in though words were changed on the way");
  if (account) {
    assertEquals(account, { name: NAME, role: "student" });
    assert(one.login === "right" && !one.banned, "an account without its password, or banned");
  }
  if (one.deviations.length === 0) assertEquals(hello.name, NAME);
}

/** Asserts that a try was counted as a failure if, and only if, it came to nothing. */
function assertTries(
  { scheme, accounts, login, banned }: Case,
  { begun, failures }: Counted,
  { sealed, account }: { sealed: boolean; account?: Account },
): void {
  if (!accounts) {
    if (!SCHEMES[scheme].bound) return assertEquals([begun, failures], [0, 0]);
    if (sealed) return assertEquals([begun, failures], [1, 0], "a secret that was known");
    // Of a share that is no base64 of 65 bytes nothing is computed, and nothing learned.
    return assertEquals(failures, begun, "tries of the secret");
  }
  const before = SCHEMES[scheme].bound ? 1 : 0;
  if (account) return assertEquals([begun, failures], [before + 1, 0], "a login");
  assert(begun <= before + 1 && failures <= 1);
  if (before === 1 && !sealed) return assertEquals(failures, begun, "tries of the secret");
  const right = login === "right" && banned; // it may have shown that, too
  assert(failures === begun - before || (right && failures === 0), "tries of a login");
}

async function greets(one: Case): Promise<void> {
  const { result, talk, knew } = await play(
    one,
    "server",
    (conn, { shared: { keying } }) => greet(conn, { name: NAME, keying, ...LOGINS[one.login] }),
  );
  const { authentic } = SCHEMES[one.scheme];
  if ("error" in result) {
    assert(result.error instanceof Failure, String((result.error as Error)?.stack));
    assert(one.deviations.length > 0 || !knew, `an honest server was left: ${result.error}`);
    return assertWords(result);
  }
  const welcome = result.value;
  assertEquals(welcome.type, "welcome");
  if (authentic) assertSaid(talk, knew, (said) => same(said, welcome));
}

/** Asserts that something was said, sealed, by somebody who knows the secret. */
function assertSaid({ said }: Talk, knew: boolean, is: (message: Message) => boolean): void {
  assert(knew, "taken in without the secret");
  const sealed = said.filter(({ sealed }) => sealed);
  const all = sealed.map(({ payload }) => attempt(() => decodeNative(payload)));
  assert(all.some((one) => "value" in one && is(one.value)), "nobody has sealed that");
}

/** Whether a meeting's hello is this one: the password is left out, and the name the account's. */
function isOf(said: Message, hello: Hello, account?: Account): boolean {
  if (said.type !== "hello") return false;
  const { password: _, ...plain } = said;
  return same(account ? { ...plain, name: account.name } : plain, hello);
}

function same(one: object, other: object): boolean {
  const sorted = (object: object) => JSON.stringify(Object.entries(object).sort());
  return sorted(one) === sorted(other);
}

function inMemory(name: string, act: (one: Case) => Promise<void>): Check {
  return { name, open: () => ({ property: fc.asyncProperty(arbitrary, act) }) };
}

/** See `lib/auth/meet.ts` and `greeting.ts`. */
export const handshake: Target = {
  name: "handshake",
  checks: [inMemory("meet", meets), inMemory("greet", greets)],
};
