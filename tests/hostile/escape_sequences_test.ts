/**
 * An attacker who sends escape sequences and bidirectional overrides to other people's terminals, in
 * every field there is.
 *
 * @module
 */
import { assert, assertNotMatch } from "@std/assert";
import { chat, control, hello, jsonChat } from "../support/native.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { Folder } from "../e2e/support/lab.ts";
import { Mob } from "./support/attack.ts";
import { everyField } from "./support/every_field.ts";
import { amongHonest, type Scene } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SERVE = ["serve", "127.0.0.1:0"];

/** What could harm a terminal, and how it is shown instead. */
const SIGNS: [string, string][] = [
  ["\x1b[2J\x1b[H", "␛[2J␛[H"], // clears the screen
  ["\x1b]0;owned\x07", "␛]0;owned␇"], // sets the title
  ["\x1b]52;c;cm0gLXJmIC8=\x1b\\", "␛]52;c;cm0gLXJmIC8=␛\\"], // fills the clipboard
  ["\x9b31mred", "<U+009B>31mred"], // the same as ESC [, in one
  ["safe\rEvil", "safe␍Evil"], // writes over what stands there
  ["a\x08b\x7f\x00\x0e", "a␈b␡␀␎"],
  ["user\u202etxt.exe", "user<U+202E>txt.exe"],
  ["\u2066a\u2069\u200f\u061c", "<U+2066>a<U+2069><U+200F><U+061C>"],
  ["a\u2028b\u2029c\x85d", "a<U+2028>b<U+2029>c<U+0085>d"],
  ["a\u{e0041}\ufeffb", "a<U+E0041><U+FEFF>b"],
];

// deno-lint-ignore no-control-regex
const HARMFUL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** Puts a text into every field of every message, some of them to `victim`, and awaits the answers. */
async function attackWith(scene: Scene, bad: string, victim: string): Promise<void> {
  const { messages, hellos, texts, objects, requests } = everyField(bad, victim);
  using native = await Mob.connect(scene, messages.length);
  await native.say(() => hello());
  await native.hear(/"welcome"/);
  await native.say((i) => control(messages[i]));
  await native.say(() => control({ type: "command", name: "asked", argument: "" }));
  await native.hear(/unknown command \/asked/);
  using greeting = await Mob.connect(scene, hellos.length);
  await greeting.say((i) => control(hellos[i]));
  await greeting.hear(/"welcome"|"refused"|no dialect/);
  using text = await Mob.connect(scene, texts.length);
  await text.say((i) => `${texts[i]}\n/asked\n`);
  await text.hear(/unknown command \/asked/);
  using json = await Mob.connect(scene, objects.length);
  await json.say((i) => JSON.stringify(objects[i]) + jsonChat("", "/asked"));
  await json.hear(/unknown command \/asked/);
  using web = await Mob.connect(scene, requests.length);
  await web.say((i) => requests[i]);
  await web.endSending();
  await scene.round();
}

Deno.test("what would harm a terminal reaches none from any field, and leaves nothing behind", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  await besiege(async (scene, round) => {
    const victim = `Victim${round}`;
    using text = await scene.connect();
    await text.send(`/nick ${victim}\n`);
    await text.sees(`You are ${victim}\n`);
    using raw = await scene.connect();
    await raw.send(`/nick Raw${round}`);
    await raw.sees(`You are Raw${round}`);
    await attackWith(scene, SIGNS[round % SIGNS.length][0], victim);
    for (const seen of [text.received, raw.received, scene.server.stdout, scene.server.stderr]) {
      assertNotMatch(seen, HARMFUL);
    }
    await text.close();
    await raw.close();
  }, ["--files", shared.path, "--operator"]);
});

peerTest(["python3"], "labwire's own client shows none of it, piped or at a terminal", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  await amongHonest([...SERVE, "--files", shared.path, "--operator"], async (scene) => {
    const args = ["connect", `127.0.0.1:${scene.port}`, "--name"];
    await using piped = Program.labwire([...args, "Piped"]);
    await using terminal = Program.labwireAtTerminal([...args, "Terminal"]);
    await scene.server.sees(/: Piped\n/, "stderr");
    await scene.server.sees(/: Terminal\n/, "stderr");
    using last = await scene.connectNative("Last");
    for (const [words] of SIGNS) {
      for (const victim of ["Piped", "Terminal"]) await attackWith(scene, words, victim);
    }
    await last.send(chat("that is all"));
    await piped.sees("Last: that is all\n");
    await terminal.sees("Last: that is all");
    assertNotMatch(piped.stdout + piped.stderr, HARMFUL);
    // It draws its own prompt in between: what it was sent to draw must not be there.
    for (const [words] of SIGNS) assert(!terminal.stdout.includes(words), JSON.stringify(words));
    // deno-lint-ignore no-control-regex
    assertNotMatch(terminal.stdout, /[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x80-\x9f\u202e\u2066]/);
    assertNotMatch(scene.server.stdout + scene.server.stderr, HARMFUL);
    await last.close();
  });
});

/** How an attacker of each dialect says a text, and what goes before. */
const SPEAKERS: [string, string | Uint8Array, (text: string) => string | Uint8Array][] = [
  ["text", "/nick Eve\n", (text) => `${text}\n`],
  ["native", hello("Eve"), chat],
  ["json", jsonChat("Eve", "/who"), (text) => jsonChat("Eve", text)],
];

for (const [dialect, first, say] of SPEAKERS) {
  Deno.test(`serve shows text and raw readers what a ${dialect} client sends to harm them`, async () => {
    await amongHonest(SERVE, async (scene) => {
      using text = await scene.connect();
      using raw = await scene.connect();
      await text.send("here\n");
      await raw.send("here");
      await scene.server.sees("connected as Client 6", "stderr");
      using attacker = await scene.connect();
      await attacker.send(first);
      await scene.server.sees("connected as Client 7: Eve", "stderr");
      for (const [words, shown] of SIGNS) {
        await attacker.send(say(words));
        await text.sees(`Eve: ${shown}\n`);
        await raw.sees(`Eve: ${shown}\n`);
      }
      assertNotMatch(text.received, HARMFUL);
      assertNotMatch(raw.received, HARMFUL);
      await text.close();
      await raw.close();
      await attacker.close();
    });
  });
}

Deno.test("serve shows in a private message, too, what was sent to harm", async () => {
  await amongHonest(SERVE, async (scene) => {
    using victim = await scene.connect();
    await victim.send("/nick Victim\n");
    await victim.sees("You are Victim\n");
    using attacker = await scene.connectNative("Eve");
    for (const [words, shown] of SIGNS) {
      const argument = `Victim ${words}`;
      await attacker.send(control({ type: "command", name: "msg", argument }));
      await victim.sees(`Eve (private): ${shown.trim()}\n`);
    }
    assertNotMatch(victim.received, HARMFUL);
    await victim.close();
    await attacker.close();
  });
});

Deno.test("serve sends nothing harmful back, and logs nothing harmful", async () => {
  await amongHonest(SERVE, async (scene) => {
    using text = await scene.connect();
    await text.send("/\x1b[2J\n/msg \x1b[2J hi\n/nick \x1b[2J\n");
    await text.sees("a name cannot hold control characters");
    await text.sees("unknown command /␛[2j");
    await text.sees('nobody here is called "␛[2J"');
    assertNotMatch(text.received, HARMFUL);
    await text.close();
    for (const cipher of ["\x1b[2J", "\u202e", "two\nlines\nClient count: 999"]) {
      using native = await scene.connect();
      await native.send(control({ type: "hello", version: 1, cipher }));
      await native.sees('"code":"cipher"');
      await native.sawEnd();
      await native.close();
    }
    using json = await scene.connect();
    await json.send('{"\x1b[2J');
    await json.endSending();
    await json.sawEnd();
    await json.close();
    await scene.server.sees(/not two\S*lines\S*Client count: 999/, "stderr");
    assertNotMatch(scene.server.stderr, HARMFUL);
    assertNotMatch(scene.server.stderr, /^Client count: 999$/m);
  });
});

Deno.test("the operator's console and log show what was sent to harm", async () => {
  await amongHonest([...SERVE, "--operator"], async (scene) => {
    using attacker = await scene.connectNative("Eve");
    for (const [words, shown] of SIGNS) {
      await attacker.send(chat(words));
      await scene.server.sees(`Eve: ${shown}\n`);
    }
    await attacker.close();
    using other = await scene.connect();
    await other.send(hello("\x1b[2J"));
    await other.sawEnd();
    await other.close();
    assertNotMatch(scene.server.stdout + scene.server.stderr, HARMFUL);
  });
});
