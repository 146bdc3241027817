/**
 * A crowd of which everybody wants the same name, or that of somebody who has it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hello, jsonChat } from "../support/native.ts";
import { Mob } from "./support/attack.ts";
import { besiege } from "./support/siege.ts";

const WANTING = 30;

/** How one of each dialect asks for a name. */
const ASKING: ((name: string) => string | Uint8Array)[] = [
  (name) => `/nick ${name}\n`,
  hello,
  (name) => jsonChat(name, `/nick ${name}`),
  (name) => `/nick ${name}`,
];

const GIVEN = /You are |"type":"welcome"/;
const ANSWERED = /You are |"type":"welcome"|is taken/;

Deno.test("of a crowd that wants one name one gets it, and nobody that of another", async () => {
  await besiege(async (scene, round) => {
    const name = `Mallory${round}`;
    using mob = await Mob.connect(scene, WANTING);
    await mob.say((i) => ASKING[i % ASKING.length](name));
    const told = await mob.hear(ANSWERED);
    assertEquals(told.filter((answer) => GIVEN.test(answer)).length, 1, `${told.join("\n")}`);
    using late = await Mob.connect(scene, WANTING);
    await late.say((i) => ASKING[i % ASKING.length](`honest${i % 20}`));
    for (const answer of await late.hear(ANSWERED)) assertEquals(GIVEN.test(answer), false, answer);
  });
});
