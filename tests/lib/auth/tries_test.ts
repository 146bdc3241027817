import { assert, assertEquals, assertRejects } from "@std/assert";
import { Tries, type Trying } from "../../../lib/auth/tries.ts";
import { TRY_ADDRESSES, TRY_DELAY_MS } from "../../../lib/base/limits.ts";

/** Who tries the secret from an address. */
function from(address: string): Trying {
  return { kind: "secret", address };
}

const GUESSER = from("192.0.2.7"), OTHER = from("192.0.2.8");

Deno.test("who has not failed does not wait", async () => {
  const tries = new Tries();
  assertEquals([tries.delay(GUESSER), await tries.next(GUESSER, () => "in")], [0, "in"]);
});

Deno.test("each failure doubles the delay, up to a bound, and none is refused", () => {
  const tries = new Tries();
  const delays = Array.from({ length: 40 }, () => {
    tries.failed(GUESSER);
    return tries.delay(GUESSER);
  });
  const [first, most] = TRY_DELAY_MS;
  assertEquals(delays.slice(0, 6), [first, 2 * first, 4 * first, 8 * first, 16 * first, most]);
  assertEquals(delays.slice(6), Array(34).fill(most));
  assertEquals(tries.delay(OTHER), 0, "others do not pay for it");
});

Deno.test("a try after a failure waits, and is then let through", async () => {
  const tries = new Tries({ delayMs: [1, 2] });
  for (let i = 0; i < 10; i++) tries.failed(GUESSER);
  assertEquals(await tries.next(GUESSER, () => "in"), "in");
});

Deno.test("an address is a party: 64 bits of IPv6, however an IPv4 address came", () => {
  const tries = new Tries();
  tries.failed(from("2001:db8::1"));
  tries.failed(from(`::ffff:${GUESSER.address}`));
  assert(tries.delay(from("2001:db8::ffff:2")) > 0 && tries.delay(GUESSER) > 0);
  assertEquals([tries.delay(from("2001:db8:0:1::1")), tries.delay(OTHER)], [0, 0]);
});

Deno.test("failures are forgotten a while after the last of them", () => {
  let now = 0;
  const tries = new Tries({ memoryMs: 1000, clock: () => now });
  tries.failed(GUESSER);
  now = 999;
  tries.failed(GUESSER);
  now = 1998;
  assertEquals(tries.delay(GUESSER), 2 * TRY_DELAY_MS[0]);
  now = 1999;
  assertEquals(tries.delay(GUESSER), 0);
  tries.failed(GUESSER);
  assertEquals(tries.delay(GUESSER), TRY_DELAY_MS[0], "it begins anew");
});

Deno.test("so many addresses are remembered, and the oldest forgotten first", () => {
  const tries = new Tries();
  const address = (i: number) => from(`10.${i >> 16 & 255}.${i >> 8 & 255}.${i & 255}`);
  for (let i = 0; i < TRY_ADDRESSES; i++) tries.failed(address(i));
  tries.failed(address(0));
  tries.failed(OTHER);
  assert(tries.delay(address(0)) > 0 && tries.delay(OTHER) > 0 && tries.delay(address(2)) > 0);
  assertEquals(tries.delay(address(1)), 0);
});

Deno.test("tries of one address do not keep those of another waiting", async () => {
  const tries = new Tries();
  const order: Trying[] = [];
  const attempt = (who: Trying) => tries.next(who, () => void order.push(who));
  await Promise.all([...Array.from({ length: 50 }, () => attempt(GUESSER)), attempt(OTHER)]);
  assert(order.indexOf(OTHER) <= 2, `its turn was ${order.indexOf(OTHER)}`);
});

Deno.test("a try that waits while others fail waits for as long as it would now", async () => {
  const tries = new Tries({ delayMs: [1, 64] });
  tries.failed(GUESSER);
  const order: string[] = [];
  const trying = tries.next(GUESSER, () => void order.push("try"));
  for (let i = 0; i < 10; i++) tries.failed(GUESSER);
  // Timers end in the order of their times, however busy the machine is.
  const before = new Promise<void>((resolve) =>
    setTimeout(() => {
      order.push("what takes 10 ms");
      resolve();
    }, 10)
  );
  await Promise.all([trying, before]);
  assertEquals(order, ["what takes 10 ms", "try"]);
});

Deno.test("work that throws is its try's own failure, and the next is done", async () => {
  const tries = new Tries();
  await assertRejects(
    () => tries.next(GUESSER, () => Promise.reject(new Error("no"))),
    Error,
    "no",
  );
  assertEquals(await tries.next(GUESSER, () => "in"), "in");
});

Deno.test("guesses at a password delay no secret, and guesses at the secret no password", () => {
  const tries = new Tries();
  const login = { ...GUESSER, kind: "login" as const };
  tries.failed(login);
  assertEquals([tries.delay(GUESSER), tries.delay(login)], [0, TRY_DELAY_MS[0]]);
});

Deno.test("names take turns within an address, and addresses among each other", async () => {
  const tries = new Tries();
  const order: string[] = [];
  const attempt = (address: string, user: string) =>
    tries.next({ kind: "login", address, user }, () => void order.push(user));
  const guesses = Array.from({ length: 20 }, (_, i) => attempt("192.0.2.7", `guess ${i}`));
  const hammered = Array.from({ length: 20 }, () => attempt("192.0.2.7", "Ada"));
  await Promise.all([
    ...guesses,
    ...hammered,
    attempt("192.0.2.7", "Ben"),
    attempt("192.0.2.8", "Cem"),
  ]);
  assert(order.indexOf("Cem") <= 2, `Cem came after ${order.indexOf("Cem")}`);
  assert(order.indexOf("Ben") <= 24, `Ben came after ${order.indexOf("Ben")}`);
});

Deno.test("nothing is computed for who has left, nor once the server stops", async () => {
  const stop = new AbortController();
  const tries = new Tries({ delayMs: [1, 1], signal: stop.signal });
  const never = () => assert(false, "it was computed");
  const gone = { ...GUESSER, left: () => true };
  await assertRejects(() => tries.next(gone, never), Deno.errors.Interrupted);
  tries.failed(GUESSER);
  await assertRejects(() => tries.next(gone, never), Deno.errors.Interrupted);
  stop.abort();
  await assertRejects(() => tries.next(GUESSER, never), Deno.errors.Interrupted);
});
