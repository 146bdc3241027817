import { assertEquals, assertStringIncludes } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { BlockHashes } from "../../lib/files/block_hashes.ts";
import { decodeJson, encodeJson } from "../../lib/wire/json_message.ts";
import { frameAll } from "../../lib/wire/framing.ts";
import { framingOf } from "../../lib/wire/dialect.ts";
import type { Message } from "../../lib/wire/message.ts";
import { decodeNative, encodeNative, FIELDS } from "../../lib/wire/native_message.ts";
import { vigenere } from "../../lib/wire/ciphers/vigenere.ts";
import { makeCipher } from "../../lib/wire/ciphers/mod.ts";
import type { Cipher } from "../../lib/wire/ciphers/cipher.ts";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";

const page = await Deno.readTextFile(new URL("../../docs/protocol.md", import.meta.url));

/** The bytes of the page's example of that name. */
function example(name: string): Uint8Array {
  const block = page.match(new RegExp("```hex " + name + "\n([^`]*)```"))![1];
  const hex = block.split("\n").map((line) => line.slice(0, 48)).join("").replace(/\s/g, "");
  return Uint8Array.fromHex(hex);
}

const EXAMPLES: [name: string, message: Message, cipher: Cipher][] = [
  ["hello", { type: "hello", version: 1, cipher: "none", name: "Ada" }, makeCipher("none", "")],
  ["chat", { type: "chat", from: "Ada", text: "héllo" }, makeCipher("none", "")],
  [
    "block",
    { type: "block", id: 1, bytes: new TextEncoder().encode("Hi, EOF\n") },
    makeCipher("none", ""),
  ],
  ["vigenere", { type: "chat", text: "Attack at dawn" }, vigenere("LEMON")],
];

for (const [name, message, cipher] of EXAMPLES) {
  Deno.test(`the page's example of ${name} is what the code writes, and reads`, () => {
    const bytes = example(name);
    const frame = frameAll(framingOf("native"), [cipher.seal(encodeNative(message))]);
    assertEquals(bytes, frame);
    const payloads: Uint8Array[] = [];
    assertEquals(framingOf("native").take(bytes, 0, bytes.length, payloads), bytes.length);
    assertEquals(decodeNative(cipher.open(payloads[0])), message);
  });
}

Deno.test("the page's example of a file's hash is what the code computes", () => {
  const lines = page.match(/```hash\n([^`]*)```/)![1].trim().split("\n");
  const [first, second, whole] = lines.map((line) => line.slice(21));
  const hashes = new BlockHashes();
  hashes.add(new TextEncoder().encode("a".repeat(BLOCK_BYTES)));
  hashes.add(new TextEncoder().encode("Hi, EOF\n"));
  assertEquals(hashes.slice(0, 1).toHex(), first);
  assertEquals(hashes.slice(1, 2).toHex(), second);
  assertEquals(hashes.root(), whole);
});

Deno.test("the page's table of control messages is that of the code", () => {
  const rows = Array.from(
    page.matchAll(/^\| `([a-z]+)` \| (?:client|server|both|who [a-z ]+) \| ([^|]*) \|/gm),
  );
  assertEquals(rows.map(([, type]) => type).sort(), Object.keys(FIELDS).sort());
  for (const [, type, cell] of rows) {
    const listed = Array.from(
      cell.matchAll(/`([a-z]+)`(\?)?/g),
      ([, field, mark]) => field + (mark ?? ""),
    );
    const coded = Object.entries(FIELDS[type as keyof typeof FIELDS])
      .map(([field, rule]) => field + (rule.endsWith("?") ? "?" : ""));
    assertEquals(listed.sort(), coded.sort(), type);
  }
});

Deno.test("the page's json message is what the code writes, and reads", () => {
  const object = page.match(/```json message\n(.*)\n```/)![1];
  assertEquals(new TextDecoder().decode(encodeJson("Ada", "hello", 1763660747)), object);
  const message = decodeJson(new TextEncoder().encode(object));
  assertEquals(message, { type: "chat", from: "Ada", at: 1763660747, text: "hello" });
});

peerTest(
  ["python3"],
  "a Python client written from the page alone joins a room and fetches a file",
  async () => {
    const shared = await Deno.makeTempDir(), here = await Deno.makeTempDir();
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await Deno.writeFile(`${shared}/data.bin`, bytes);
    await using server = Program.labwire(["serve", "127.0.0.1:0", "--files", shared]);
    const port = await server.port();
    using nc = await Peer.connect(port);
    await nc.send("I am here\n");
    await server.sees("Client connected as Client 1: guest1", "stderr");
    await using client = Program.python(
      "native_client.py",
      ["127.0.0.1", `${port}`, "Ada", "data.bin", "hello from the page"],
      { cwd: here },
    );
    await client.sees("'name': 'Ada'");
    await nc.sees("Ada: hello from the page\n");
    await client.sees("saved: data.bin 60000");
    assertEquals(await Deno.readFile(`${here}/data.bin`), bytes);
    await nc.send("read me, Ada\n");
    await client.sees("guest1: read me, Ada");
    await client.endInput();
    const { code, stderr } = await client.ended();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertStringIncludes(await nc.sees("* Ada left"), "* Ada joined");
    await Promise.all([shared, here].map((folder) => Deno.remove(folder, { recursive: true })));
  },
);
