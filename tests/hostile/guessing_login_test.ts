/**
 * An insider who knows the secret and guesses passwords, of names that exist and of others.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { TurnedAway } from "../../lib/auth/greeting.ts";
import { makeSecret } from "../../lib/auth/keying.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { SCRYPT_COST } from "../../lib/base/limits.ts";
import { Folder } from "../support/folder.ts";
import { Peer } from "../support/peer.ts";
import { personLine } from "../support/people.ts";
import { Crowd, HONEST, nameOf } from "./support/crowd.ts";
import { guessing } from "./support/guessers.ts";
import { enter } from "./support/sealed.ts";
import { besiege, sealedBy } from "./support/siege.ts";

const SECRET = "correct horse battery", PASSWORD = "engine";
const keying = await makeSecret(SECRET);

/** Each costs the server a scrypt, one at a time. */
const AT_ONCE = 24;

/** Whose passwords cost what real ones do: two that are guessed at, and who comes meanwhile. */
const COSTLY = ["Ada", "Ben", ...Array.from({ length: 15 }, (_, i) => `Newcomer${i + 1}`)];

async function comeByAccount(port: number, user: string, password = PASSWORD): Promise<Peer> {
  const conn = await Deno.connect({ port, hostname: "127.0.0.1" });
  return await enter(conn, { keying, user, password });
}

async function accounts(): Promise<Folder> {
  const honest = Array.from(
    { length: HONEST },
    (_, i) => personLine(nameOf(i), "student", PASSWORD),
  );
  const costly = COSTLY.map((name) => personLine(name, "student", PASSWORD, SCRYPT_COST));
  const folder = await Folder.make({ users: (await Promise.all([...honest, ...costly])).join("") });
  await Deno.chmod(`${folder.path}/users`, 0o600);
  return folder;
}

/** Names and passwords of one guess each; a name is known, unknown, or none at all. */
const GUESSES: ((number: number) => [user: string, password: string])[] = [
  () => ["Ada", "Engine"],
  () => ["ada", ""],
  (number) => ["Ben", `${number}`],
  () => ["Honest3", `${PASSWORD} `],
  () => ["Nobody", PASSWORD],
  (number) => [`Nobody ${number}`, PASSWORD],
  () => ["", PASSWORD],
  () => ["Ada\n", "x".repeat(100_000)],
  () => ["__proto__", "constructor"],
  () => ["n".repeat(100_000), "Engine"],
];

Deno.test("many guesses at a time at passwords tell nothing of names, and keep nobody out", async () => {
  await using folder = await accounts();
  const attack = guessing(
    async (conn, number) => {
      const [user, password] = GUESSES[number % GUESSES.length](number);
      const guess = () => enter(conn, { keying, user, password });
      const why = await assertRejects(guess, Failure);
      if (why.exit === Exit.timedOut) return; // it stands in a queue that it has made itself
      assert(why instanceof TurnedAway, why.message);
      assertEquals(why.code, "denied");
      assertEquals(why.message, "Cannot join: the user or the password is wrong");
    },
    ({ port }, round) => comeByAccount(port, `Newcomer${round}`),
    AT_ONCE,
  );
  await besiege(attack, ["--users", `${folder.path}/users`], {
    gather: Crowd.greeted((port, name) => comeByAccount(port, name)),
    env: sealedBy(SECRET),
  });
});
