/**
 * An attacker who asks for a name that would harm or deceive.
 *
 * @module
 */
import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { hello, jsonChat } from "../support/native.ts";
import { Mob, toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SERVE = ["serve", "127.0.0.1:0"];

/** Names, and why not. */
const NAMES: [string, string][] = [
  ["", "a name cannot be empty"],
  [" \t ", "a name cannot be empty"],
  ["N".repeat(300), "a name has at most 32 characters, not 300"],
  ["\x1b[31mEve\x1b[0m", "a name cannot hold control characters"],
  ["\x1b]0;owned\x07", "a name cannot hold control characters"],
  ["Ada\rEve", "a name cannot hold control characters"],
  ["Eve\u202eadA", "a name cannot hold control characters"],
  ["Eve\u200b", "a name cannot hold control characters"],
  ["Eve: I am", "a name cannot hold control characters, tabs or colons"],
  ["Server", "could be taken for the server's own words"],
  ["\uff33ERVER", "could be taken for the server's own words"],
  ["* Ada", "could be taken for the server's own words"],
  ["Ada", "is taken"],
  ["\uff21DA", "is taken"],
];

/** Names that look like somebody's: to take them while that one is here would deceive. */
const SAME: Record<string, string[]> = {
  "Ada": [
    "ADA",
    "\uff21\uff44\uff41", // full width
    "\u{1d400}\u{1d41d}\u{1d41a}", // mathematical bold
    "\u24b6\u24d3\u24d0", // in circles
    "Ada\u034f", // combining grapheme joiner
    "A\u00adda", // soft hyphen
    "Ad\ufe0fa", // variation selector
    "A\u180bda", // Mongolian one
    "Ad\u200da", // joiner
    "Ad\u200ca", // non-joiner
    "\u115fAda", // Hangul filler
    "Ada\u3164",
    "Ada\uffa0",
  ],
  "Ren\u00e9": ["Rene\u0301", "REN\u00c9", "Ren\u00e9\u034f"],
  "office": ["o\ufb03ce"], // a ligature
};

/** The same across scripts: Cyrillic, Greek, Armenian, Cherokee letters, and others for Latin ones. */
const ALIKE: Record<string, string[]> = {
  "Ada": ["\u0410da", "\u0391da", "Ad\u0430", "\u0410d\u0430", "A\u0501a", "\u13aada", "Ad\u0251"],
  "scope": ["\u0455\u0441\u043e\u0440\u0435", "sc\u03bfpe", "sc\u0585pe", "s\u03f2ope"],
  "Peter": ["\u0420eter", "\u03a1eter", "Pet\u0435r"],
  "Jim": ["\u0408im", "J\u0456m"],
  "\u0421\u0430\u0448\u0430": ["C\u0430\u0448\u0430", "Ca\u0448a"], // Sasha in Cyrillic, mixed
  "\u0391\u03b2\u03b1": ["A\u03b2\u03b1"], // Greek, mixed
};

/** What people are called: neither may keep the other out. */
const DIFFERENT = [["Ada", "Ida"], ["Rene", "Ren\u00e9"], ["\u0410\u043d\u043d\u0430", "Anna 2"], [
  "a1",
  "a2",
]];

async function assertSame(pairs: Record<string, string[]>): Promise<void> {
  await amongHonest(SERVE, async (scene) => {
    for (const [name, others] of Object.entries(pairs)) {
      using owner = await scene.connect();
      if (name !== "Ada") { // who is here
        await owner.send(`/nick ${name}\n`);
        await owner.sees(`You are ${name}\n`);
      }
      for (const other of others) {
        using native = await scene.connect();
        await native.send(hello(other));
        const received = await native.sees(/"welcome"|"refused"/);
        assertStringIncludes(received, '"code":"name"', `${JSON.stringify(other)} as ${name}`);
        await native.close();
        using text = await scene.connect();
        await text.send(`/nick ${other}\n`);
        await text.sees("Cannot do that: ");
        await text.close();
      }
      await owner.close();
    }
  });
}

Deno.test("serve takes no name that differs from one present by what cannot be seen", async () => {
  await assertSame(SAME);
});

Deno.test("serve takes no name that looks like one present in letters of another script", async () => {
  await assertSame(ALIKE);
});

Deno.test("serve takes names that only resemble one present", async () => {
  await amongHonest(SERVE, async (scene) => {
    for (const [name, other] of DIFFERENT) {
      using one = await scene.connect();
      using two = await scene.connect();
      await one.send(`/nick ${name}\n`);
      await one.sees(name === "Ada" ? "is taken" : `You are ${name}\n`);
      await two.send(`/nick ${other}\n`);
      await two.sees(`You are ${other}\n`);
      await one.close();
      await two.close();
      await scene.until(() => /Client count: 4\n$/.test(scene.server.stderr));
    }
  });
});

Deno.test("names that deceive cost nobody a word, and leave nothing behind", async () => {
  const names = [
    ...NAMES.map(([name]) => name),
    ...[SAME, ALIKE].flatMap((pairs) => Object.values(pairs).flat()),
    ...["honest1", "Honest1\u034f", "\uff28onest2", "H\u00adonest3", "Ho\u200dnest4"],
  ];
  await besiege(async (scene) => {
    using native = await Mob.connect(scene, names.length);
    await native.say((i) => hello(names[i]));
    await native.hear(/"welcome"|"refused"/);
    using text = await Mob.connect(scene, names.length);
    await text.say((i) => `/nick ${names[i]}\nword of an impostor\n`);
    await text.hear(/You are |Cannot do that: /);
    using json = await Mob.connect(scene, names.length);
    await json.say((i) => jsonChat(names[i], "word of an impostor"));
    await scene.round();
  });
});

Deno.test("serve refuses a native hello with such a name, with the code for it", async () => {
  await amongHonest(SERVE, async (scene) => {
    for (const [name, reason] of NAMES) {
      using attacker = await scene.connect();
      await attacker.send(hello(name));
      const received = await attacker.sawEnd();
      assertStringIncludes(received, '{"type":"refused","code":"name","reason":"');
      assertStringIncludes(received, reason);
      assertEquals(received.includes("welcome"), false);
      await attacker.close();
    }
    // deno-lint-ignore no-control-regex
    assertNotMatch(scene.server.stderr, /[\x00-\x09\x0b-\x1f\u202e]/);
  });
});

Deno.test("serve answers /nick with such a name, and keeps the old one", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    for (const [name, reason] of NAMES) {
      const seen = attacker.received.length;
      await attacker.send(`/nick ${name}\n`);
      await scene.until(() => attacker.received.slice(seen).includes(reason));
    }
    await attacker.send("/nick Eve\n");
    await attacker.sees("You are Eve\n");
    // deno-lint-ignore no-control-regex
    assertNotMatch(attacker.received, /[\x00-\x08\x0b-\x1f\u202e]/);
    await attacker.close();
  });
});

Deno.test("serve takes no such name from JSON, and relays under the guest's", async () => {
  await amongHonest(SERVE, async (scene) => {
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using attacker = await scene.connect();
    for (const [i, [name, reason]] of NAMES.entries()) {
      await attacker.send(jsonChat(name, `it is me, ${i}`));
      await witness.sees(`guest6: it is me, ${i}\n`);
      const told = toldOverJson(attacker.received);
      assertStringIncludes(told.at(-1) ?? "", `Cannot take the name: `);
      assertStringIncludes(told.at(-1) ?? "", reason);
    }
    await witness.close();
    await attacker.close();
  });
});

Deno.test("serve in mode ack takes no such first message for a name, and asks again", async () => {
  await amongHonest(["serve", "127.0.0.1:0", "--mode", "ack"], async (scene) => {
    using attacker = await scene.connect();
    for (const [name, reason] of NAMES.filter(([, reason]) => reason !== "is taken")) {
      const seen = attacker.received.length;
      await attacker.send(`${name}\n`);
      await scene.until(() => attacker.received.slice(seen).includes(reason));
    }
    await attacker.send("Eve\n");
    await attacker.sees("successfully.\n");
    assertNotMatch(attacker.received, /ACK/);
    await attacker.close();
  });
});
