import { assert, assertEquals, assertRejects } from "@std/assert";
import { makeKeying, makeSecret } from "../../../lib/auth/keying.ts";
import type { Terms } from "../../../lib/auth/meet.ts";
import { meet } from "../../../lib/auth/meet.ts";
import { greet } from "../../../lib/auth/greeting.ts";
import { Tries } from "../../../lib/auth/tries.ts";
import { Guard } from "../../../lib/net/guard.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Refusal } from "../../../lib/net/meeting.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Hello } from "../../../lib/wire/message.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { people } from "../../support/people.ts";
import { Stranger } from "../../support/secret.ts";
import { ADDRESS, termsOf } from "../../support/terms.ts";

const PLAIN = await makeKeying("none"); // as inside TLS
const WRONG = "denied: the user or the password is wrong";

function terms(more: Partial<Terms> = {}) {
  const { accounts, hashed } = people();
  const tries = new Tries({ delayMs: [1, 2] });
  return { terms: termsOf(PLAIN, { accounts: () => accounts, tries, ...more }), hashed, tries };
}

/** What comes of a hello: who it is, or why not. */
async function login(hello: Partial<Hello>, on: Terms): Promise<string> {
  using stranger = new Stranger(on);
  await stranger.says({ type: "hello", version: 1, cipher: "none", ...hello });
  const meeting = await stranger.meeting;
  if (meeting instanceof Refusal) return `${meeting.code}: ${meeting.message}`;
  assert(meeting && !(meeting instanceof Error), `${meeting}`);
  assert(!JSON.stringify(meeting).includes("engine"), "a password goes no further");
  return `${meeting.account?.name}, ${meeting.account?.role}, as ${meeting.hello?.name}`;
}

Deno.test("whoever logs in has the account's name, whatever name was wished for", async () => {
  const { terms: on, tries } = terms();
  const user = "ada", password = "engine";
  assertEquals(await login({ user, password }, on), "Ada, instructor, as Ada");
  assertEquals(await login({ user, password, name: "Ben" }, on), "Ada, instructor, as Ada");
  assertEquals(tries.delay({ kind: "login", address: ADDRESS }), 0);
});

Deno.test("a wrong password and an unknown user get the same answer, after the same work", async () => {
  const { terms: on, hashed, tries } = terms();
  assertEquals(await login({ user: "Ada", password: "wrong" }, on), WRONG);
  assertEquals([hashed(), tries.delay({ kind: "login", address: ADDRESS })], [1, 1]);
  assertEquals(await login({ user: "Eve", password: "wrong" }, on), WRONG);
  assertEquals([hashed(), tries.delay({ kind: "login", address: ADDRESS })], [2, 2]);
});

Deno.test("whoever does not log in is asked to, and that is no failure", async () => {
  const { terms: on, hashed, tries } = terms();
  const asked = "login: this server wants to know who you are";
  for (const hello of [{ name: "Ada" }, { user: "Ada" }, { password: "engine" }]) {
    assertEquals(await login(hello, on), asked);
  }
  assertEquals([hashed(), tries.delay({ kind: "login", address: ADDRESS })], [0, 0]);
});

Deno.test("a failure does not keep the right password out", async () => {
  const { terms: on } = terms();
  for (let i = 0; i < 5; i++) await login({ user: "Ada", password: "wrong" }, on);
  assertEquals(await login({ user: "Ada", password: "engine" }, on), "Ada, instructor, as Ada");
});

Deno.test("a user or a password of 60 KiB is wrong, and costs one hash", async () => {
  const { terms: on, hashed } = terms();
  const marks = "a" + "\u0315".repeat(15_000) + "\u0327".repeat(15_000);
  assertEquals(await login({ user: "Ada", password: marks }, on), WRONG);
  assertEquals(await login({ user: marks, password: "engine" }, on), WRONG);
  assertEquals(hashed(), 2);
});

Deno.test("a password of a megabyte ends the greeting", async () => {
  const { terms: on, hashed } = terms();
  using stranger = new Stranger(on);
  const hello: Hello = { type: "hello", version: 1, cipher: "none", user: "Ada" };
  const saying = stranger.says({ ...hello, password: "x".repeat(2 ** 20 + 1) });
  assert(await stranger.meeting instanceof Error);
  stranger.server.close();
  await saying.catch(() => {});
  assertEquals(hashed(), 0);
});

Deno.test("control characters in a user are nobody's name", async () => {
  const { terms: on } = terms();
  for (const user of ["Ada\n", "\x1b[2JAda", "Ada\0", " Ada", "\ud800"]) {
    assertEquals(await login({ user, password: "engine" }, on), WRONG, JSON.stringify(user));
  }
});

Deno.test("what is invisible in a user does not count, as in any name", async () => {
  const { terms: on } = terms();
  const user = "\u202eA\u200bda";
  assertEquals(await login({ user, password: "engine" }, on), "Ada, instructor, as Ada");
});

Deno.test("an account that is banned is told so once it has shown the password, not before", async () => {
  const guard = new Guard();
  guard.ban("Ada", { byName: true, ms: Infinity });
  const { terms: on } = terms({ guard });
  assertEquals(await login({ user: "Ada", password: "wrong" }, on), WRONG);
  assertEquals(await login({ user: "Ada", password: "engine" }, on), "denied: you are banned here");
  assertEquals(await login({ user: "Ben", password: "pässword" }, on), "Ben, student, as Ben");
});

Deno.test("accounts that are read again count from then on", async () => {
  const { accounts } = people();
  let now = accounts;
  const on = termsOf(PLAIN, { accounts: () => now, tries: new Tries({ delayMs: [1, 2] }) });
  assertEquals(await login({ user: "Cem", password: "guest" }, on), "Cem, guest, as Cem");
  now = people().accounts;
  now.remove("Cem");
  assertEquals(await login({ user: "Cem", password: "guest" }, on), WRONG);
});

Deno.test("without accounts a user is only a word, and the wish for a name counts", async () => {
  const hello = { user: "Ada", password: "engine", name: "Eve" };
  assertEquals(await login(hello, termsOf(PLAIN)), "undefined, undefined, as Eve");
});

Deno.test("under a secret the login is sealed", async () => {
  const { accounts } = people();
  const [server, client] = [
    await makeSecret("phrase", { prepare: true }),
    await makeSecret("phrase"),
  ];
  const [a, b] = memoryPair(1000);
  let wire = "";
  const write = a.write.bind(a);
  a.write = (bytes) => {
    wire += new TextDecoder("latin1").decode(bytes);
    return write(bytes);
  };
  using near = new Connection(a), far = new Connection(b);
  const serving = async () => {
    const meeting = await meet(far, ADDRESS, termsOf(server, { accounts: () => accounts }));
    const { name = "" } = meeting!.hello!;
    const message = { type: "welcome", version: 1, name, mode: "chat", features: [] } as const;
    await far.send([encodeNative({ ...message, features: [] })]);
    return meeting;
  };
  const wishes = { name: "Eve", user: "Ada", password: "engine", keying: client };
  const [welcome, meeting] = await Promise.all([greet(near, wishes), serving()]);
  assertEquals([welcome.name, meeting!.account], ["Ada", { name: "Ada", role: "instructor" }]);
  for (const word of ["Ada", "Eve", "engine"]) assert(!wire.includes(word), word);
});

Deno.test("a sealed password of a megabyte ends the greeting, too, and nothing is hashed", async () => {
  const { accounts, hashed } = people();
  const [server, client] = [await makeSecret("phrase"), await makeSecret("phrase")];
  const [a, b] = memoryPair(100_000);
  using near = new Connection(a), far = new Connection(b);
  const greeting = greet(near, { user: "Ada", password: "x".repeat(2 ** 20), keying: client })
    .catch((error) => error);
  const meeting = meet(far, ADDRESS, termsOf(server, { accounts: () => accounts }));
  const refused = await assertRejects(() => meeting, Refusal);
  far.close();
  assertEquals([refused.code, hashed()], ["denied", 0]);
  assert(await greeting instanceof Error);
});
