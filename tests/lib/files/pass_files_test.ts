import { assert, assertEquals } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { FileClient } from "../../../lib/files/client.ts";
import { passFile, takeFile } from "../../../lib/files/pass_files.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { Folder } from "../../support/folder.ts";
import { PartPlace } from "../../support/parts.ts";
import { MIB, nativePair, patterned, rootOf, sha256, Tally } from "../../support/transfer.ts";

const BIG = patterned(3 * MIB + 100);

function failureOf(work: Promise<unknown>): Promise<Failure | undefined> {
  return work.then(() => undefined, (error) => {
    assert(error instanceof Failure, String(error));
    return error;
  });
}

/** A file passed from one client to another; what both were told, and how it ended for each. */
async function pass(content: Uint8Array, place: PartPlace, name = "a.bin") {
  await using here = await Folder.make({ "own name.bin": content });
  const [a, b] = await nativePair();
  using giver = new FileClient(a), taker = new FileClient(b);
  using _a = a;
  using _b = b;
  const given = new Tally(), taken = new Tally();
  const errors = await Promise.all([
    failureOf(passFile(giver, `${here.path}/own name.bin`, given)),
    failureOf(takeFile(taker, place.folder, name, taken)),
  ]);
  return { given, taken, errors };
}

Deno.test("a file passes from one client to another under the name that was offered", async () => {
  for (const content of [BIG, patterned(2 * MIB), patterned(5), new Uint8Array()]) {
    await using place = await PartPlace.make();
    const { given, taken, errors } = await pass(content, place, "Zoë 名.bin");
    assertEquals(errors, [undefined, undefined]);
    assertEquals(place.temp.names(), ["Zoë 名.bin"]);
    assertEquals(sha256(place.read("Zoë 名.bin")), sha256(content));
    for (const { outcomes: [{ name, hash, moved, size }] } of [given, taken]) {
      assertEquals([name, hash], ["Zoë 名.bin", rootOf(content)]);
      assertEquals([moved, size], [content.length, content.length]);
    }
  }
});

Deno.test("a name that is taken stays, and the new file is numbered", async () => {
  await using place = await PartPlace.make({ "a.bin": "mine" });
  const { given, errors } = await pass(patterned(5), place);
  assertEquals([errors, given.names], [[undefined, undefined], ["a (2).bin"]]);
  assertEquals(new TextDecoder().decode(place.read("a.bin")), "mine");
});

Deno.test("a file goes on with the part that is there", async () => {
  await using place = await PartPlace.make();
  await place.leave(BIG.subarray(0, 2 * MIB));
  const { given, taken } = await pass(BIG, place);
  assertEquals([given.outcomes[0].moved, taken.outcomes[0].moved], [MIB + 100, MIB + 100]);
  assertEquals(taken.outcomes[0].hashed, MIB + 100);
  assertEquals(sha256(place.read("a.bin")), sha256(BIG));
});

Deno.test("two files of one name come at once, under two names", async () => {
  await using place = await PartPlace.make();
  await using other = await place.open(); // somebody else is in the middle of it
  const { given } = await pass(patterned(5), place);
  assertEquals(given.names, ["a (2).bin"]);
  await other.write(patterned(7));
  assertEquals(await other.keep({}), "a.bin");
});

Deno.test("a name that leads elsewhere is not saved, and both sides are told", async () => {
  for (const name of ["../up", "/etc/x", ".bashrc", "a\\b", "", "a\nb", "x".repeat(300)]) {
    await using place = await PartPlace.make();
    const { errors: [giver, taker] } = await pass(patterned(5), place, name);
    assertEquals([giver?.exit, taker?.exit], [Exit.failed, Exit.failed]);
    assert(giver!.message.startsWith("Cannot send it: Cannot save"), giver!.message);
    assertEquals(place.temp.names(), []);
  }
});

/** How `takeFile` ends when the other side says this, and what it says last. */
async function told(messages: Message[], place: PartPlace, close = false) {
  const [a, b] = await nativePair();
  using taker = new FileClient(b);
  using _a = a;
  using _b = b;
  const taking = failureOf(takeFile(taker, place.folder, "a.bin", new Tally()));
  const [want] = (await a.receive())!.map(decodeNative);
  assertEquals(want.type, "want");
  await a.send(messages.map(encodeNative));
  if (close) await a.closeWrite();
  const error = await taking;
  b.close();
  const last = (await a.receive())?.map(decodeNative)[0];
  return { error, last };
}

Deno.test("a file with another hash is not kept, and its sender hears of it", async () => {
  await using place = await PartPlace.make();
  const { error, last } = await told([
    { type: "file", id: 1, name: "a.bin", size: 2, from: 0 },
    { type: "block", id: 1, bytes: new Uint8Array(2) },
    { type: "end", id: 1, hash: rootOf(new Uint8Array(3)) },
  ], place);
  assertEquals([error?.exit, last?.type, place.temp.names()], [Exit.failed, "error", []]);
  assert(last?.type === "error" && last.text.includes("its hash is not the announced one"));
});

Deno.test("a sender that gives up, goes away or breaks the rules is told as what it is", async () => {
  const head = { type: "file", id: 1, name: "a.bin", size: 2, from: 0 } as const;
  const cases: [messages: Message[], exit: number][] = [
    [[{ type: "error", id: 1, text: "it was changed" }], Exit.failed],
    [[head], Exit.lost],
    [[], Exit.lost],
    [[head, head], Exit.lost],
    [[{ type: "chat", text: "hi" }], Exit.lost],
  ];
  for (const [messages, exit] of cases) {
    await using place = await PartPlace.make();
    const { error } = await told(messages, place, true);
    assertEquals([error?.exit, place.temp.names()], [exit, []]);
  }
});

Deno.test("a file that is gone when it is accepted is told to both at once", async () => {
  await using place = await PartPlace.make();
  const [a, b] = await nativePair();
  using giver = new FileClient(a), taker = new FileClient(b);
  using _a = a;
  using _b = b;
  const errors = await Promise.all([
    failureOf(passFile(giver, "/nowhere/a.bin", new Tally())),
    failureOf(takeFile(taker, place.folder, "a.bin", new Tally())),
  ]);
  const why = 'Cannot read "/nowhere/a.bin": there is no such file or folder';
  assertEquals(errors.map((each) => each?.message), [why, `Cannot get the file: ${why}`]);
  assertEquals(place.temp.names(), []);
});
