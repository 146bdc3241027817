/**
 * An attacker who breaks lines: to forge a line of the log, or a header of an answer over HTTP.
 *
 * @module
 */
import { assertMatch, assertNotMatch } from "@std/assert";
import { control, hello, jsonChat } from "../support/native.ts";
import { Folder } from "../e2e/support/lab.ts";
import { Mob } from "./support/attack.ts";
import { everyField } from "./support/every_field.ts";
import type { Scene } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const BREAKS = ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\0", "\r\r\n"];
const FORGED = "FORGED: yes";

/** Names that would become headers where they stand in one. */
const NAMES = ['quote".txt', 'quote"; filename="FORGED', "percent%0d%0aFORGED: yes", "semi;colon"];
const FILES = Object.fromEntries(NAMES.map((name) => [name, "hello"]));

/** Requests with a break in each part of them. */
function requestsWith(end: string): string[] {
  const forged = `x${end}${FORGED}`, encoded = encodeURIComponent(forged);
  const get = (target: string, header = "Accept: */*") =>
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${header}\r\nConnection: close\r\n\r\n`;
  return [
    get(`/${forged}`),
    get(`/${encoded}`),
    get(`/folder${encoded}`),
    get(`/folder?${encoded}`),
    get(`/%2f${encoded}/..%2f`),
    get("/", `Accept: ${forged}`),
    get("/a.txt", `Range: bytes=0-${forged}`),
    get("/a.txt", `If-None-Match: "${forged}"`),
    get("/a.txt", `If-Range: ${forged}`),
    `GET / HTTP/1.1\r\nHost: ${forged}\r\nConnection: close\r\n\r\n`,
    `GET /${end} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ...NAMES.map((name) => get(`/${encodeURIComponent(name)}?download`)),
  ];
}

async function speak(scene: Scene, bad: string): Promise<void> {
  const { messages, hellos, texts, objects } = everyField(bad, "nobody");
  using native = await Mob.connect(scene, messages.length);
  await native.say(() => hello());
  await native.hear(/"welcome"/);
  await native.say((i) => control(messages[i]));
  using greeting = await Mob.connect(scene, hellos.length);
  await greeting.say((i) => control(hellos[i]));
  await greeting.hear(/"welcome"|"refused"|no dialect/);
  using text = await Mob.connect(scene, texts.length);
  await text.say((i) => `${texts[i]}\n`);
  using json = await Mob.connect(scene, objects.length);
  await json.say((i) => JSON.stringify(objects[i]) + jsonChat(bad, "/asked"));
  await json.hear(/unknown command \/asked/);
}

async function request(scene: Scene, end: string): Promise<void> {
  const requests = requestsWith(end);
  using web = await Mob.connect(scene, requests.length);
  await web.say((i) => requests[i]);
  for (const [i, answer] of (await web.hear(/\r\n\r\n|: word/)).entries()) {
    if (!answer.startsWith("HTTP")) continue; // a break in its first line made it text
    const [head] = answer.split("\r\n\r\n", 1);
    assertMatch(head, /^HTTP\/1\.1 \d{3} [^\r\n]*(\r\n[\w-]+: [^\r\n]*)*$/, requests[i]);
    assertNotMatch(head, /^FORGED/m, requests[i]);
  }
}

Deno.test("breaks of lines forge no line of the log and no header, and leave nothing behind", async () => {
  using shared = new Folder({ "a.txt": "hello", "folder/b.txt": "hello", ...FILES });
  await besiege(async (scene, round) => {
    const end = BREAKS[round % BREAKS.length];
    await speak(scene, `x${end}${FORGED}`);
    await request(scene, end);
    const { stdout, stderr } = scene.server;
    // deno-lint-ignore no-control-regex
    assertNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]|^FORGED/m);
    assertNotMatch(
      stderr,
      /^(?!labwire: |Connection from |Client |Rejecting |127\.0\.0\.1:\d+ ")./m,
    );
  }, ["--files", shared.path, "--operator"]);
});
