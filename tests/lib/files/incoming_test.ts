import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure, ProtocolError } from "../../../lib/base/errors.ts";
import {
  IncomingFile,
  type IncomingOptions,
  isPiece,
  type Piece,
} from "../../../lib/files/incoming.ts";
import type { FileHead } from "../../../lib/wire/file_message.ts";
import { blockOf, PartPlace } from "../../support/parts.ts";
import { MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const CONTENT = patterned(2 * MIB + 100);
const ID = 1;

function head(some: Partial<FileHead> = {}): FileHead {
  return { type: "file", id: ID, name: "other.bin", size: CONTENT.length, from: 0, ...some };
}

function blocks(from = 0, content = CONTENT): Piece[] {
  const pieces: Piece[] = [];
  for (let n = from; n * MIB < content.length; n++) {
    pieces.push({ type: "block", id: ID, bytes: blockOf(content, n) });
  }
  return pieces;
}

function end(hash = rootOf(CONTENT)): Piece {
  return { type: "end", id: ID, hash };
}

async function begin(place: PartPlace, options?: IncomingOptions): Promise<IncomingFile> {
  return new IncomingFile(await place.open(), options);
}

/** What each message was answered with. */
async function takeAll(incoming: IncomingFile, pieces: Piece[]): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (const piece of pieces) answers.push(await incoming.take(piece));
  return answers;
}

Deno.test("a file comes as head, blocks and end, under the name of its part", async () => {
  await using place = await PartPlace.make();
  await using incoming = await begin(place);
  assertEquals(incoming.want(7), { type: "want", id: 7, from: 0, hash: rootOf(new Uint8Array()) });
  const start = performance.now();
  const answers = await takeAll(incoming, [head({ modified: 5 }), ...blocks(), end()]);
  assertEquals(answers, [false, false, false, false, true]);
  const outcome = incoming.outcome("x/y", ["sub", "deep"], start);
  assert(outcome.seconds >= 0);
  assertEquals({ ...outcome, seconds: 0 }, {
    path: "x/y",
    name: "sub/deep/a.bin",
    size: CONTENT.length,
    moved: CONTENT.length,
    hashed: CONTENT.length,
    seconds: 0,
    hash: rootOf(CONTENT),
    startedOver: false,
  });
  assertEquals(sha256(place.read("a.bin")), sha256(CONTENT));
  assertEquals((await Deno.stat(place.path("a.bin"))).mtime?.getTime(), 5000);
});

Deno.test("an empty file comes as head and end", async () => {
  await using place = await PartPlace.make();
  await using incoming = await begin(place, { size: 0 });
  const nothing = rootOf(new Uint8Array());
  assertEquals(await takeAll(incoming, [head({ size: 0 }), end(nothing)]), [false, true]);
  assertEquals([place.temp.names(), incoming.outcome("", [], 0).hash], [["a.bin"], nothing]);
});

Deno.test("a part goes on where it ended, and nothing of it is fetched or hashed again", async () => {
  await using place = await PartPlace.make();
  await place.leave(CONTENT.subarray(0, 2 * MIB));
  await using incoming = await begin(place);
  const hash = rootOf(CONTENT.subarray(0, 2 * MIB));
  assertEquals(incoming.want(1), { type: "want", id: 1, from: 2, hash });
  assertEquals(incoming.bytes, 2 * MIB);
  await takeAll(incoming, [head({ from: 2 }), ...blocks(2), end()]);
  const { moved, hashed, startedOver } = incoming.outcome("", [], 0);
  assertEquals([moved, hashed, startedOver], [100, 100, false]);
  assertEquals(sha256(place.read("a.bin")), sha256(CONTENT));
});

Deno.test("a part of which the other side has other blocks starts over, and says so", async () => {
  await using place = await PartPlace.make();
  await place.leave(patterned(2 * MIB, 9));
  await using incoming = await begin(place);
  await takeAll(incoming, [head(), ...blocks(), end()]);
  const { moved, hashed, startedOver } = incoming.outcome("", [], 0);
  assertEquals([moved, hashed, startedOver], [CONTENT.length, CONTENT.length, true]);
  assertEquals(sha256(place.read("a.bin")), sha256(CONTENT));
});

Deno.test("a file that has become smaller than its part starts over", async () => {
  await using place = await PartPlace.make();
  await place.leave(CONTENT.subarray(0, 2 * MIB));
  await using incoming = await begin(place);
  const small = patterned(5, 3);
  await takeAll(incoming, [head({ size: 5 }), ...blocks(0, small), end(rootOf(small))]);
  assertEquals(place.read("a.bin"), small);
});

Deno.test("what comes out of turn is refused", async (t) => {
  const cases: [what: string, pieces: Piece[], message: string][] = [
    ["a block first", blocks().slice(0, 1), "a block came before its file"],
    ["an end first", [end()], "a file ended before it began"],
    ["two heads", [head(), head()], "a file began twice"],
    ["two heads with a block between", [head(), blocks()[0], head()], "a file began twice"],
    ["a head that goes on", [head({ from: 1 })], "a file goes on where nobody asked for it"],
    ["a head of half a byte", [head({ size: 0.5 })], "a size is no whole number"],
    ["a head beyond numbers", [head({ size: 2 ** 60 })], "a size is no whole number"],
    ["a block too many", [head(), ...blocks(), blocks()[2]], "a block has 100 bytes where"],
    ["a block of an empty file", [head({ size: 0 }), blocks()[2]], "a block has 100 bytes where 0"],
    ["a short block", [head(), blocks()[2]], `a block has 100 bytes where ${MIB} are due`],
    [
      "an empty block",
      [head(), { type: "block", id: ID, bytes: new Uint8Array() }],
      "a block has 0",
    ],
    [
      "a long last block",
      [head({ size: 5 }), blocks()[2]],
      "a block has 100 bytes where 5 are due",
    ],
  ];
  for (const [what, pieces, message] of cases) {
    await t.step(what, async () => {
      await using place = await PartPlace.make();
      {
        await using incoming = await begin(place);
        await takeAll(incoming, pieces.slice(0, -1));
        const error = await assertRejects(() => incoming.take(pieces.at(-1)!), ProtocolError);
        assertEquals(error.message.slice(0, message.length), message);
      }
      assert(!place.temp.names().includes("a.bin"));
    });
  }
});

Deno.test("a size that is not the one agreed on is refused, before the part is touched", async () => {
  await using place = await PartPlace.make();
  await place.leave(patterned(MIB, 9));
  await using incoming = await begin(place, { size: 5 });
  const take = () => incoming.take(head({ size: 6 }));
  await assertRejects(take, ProtocolError, "the file has 6 bytes, not 5 as was said");
  assertEquals([incoming.bytes, incoming.head], [MIB, undefined]);
});

Deno.test("a file that goes on with fewer bytes than are there is refused", async () => {
  await using place = await PartPlace.make();
  await place.leave(CONTENT.subarray(0, 2 * MIB));
  await using incoming = await begin(place);
  const take = () => incoming.take(head({ from: 2, size: 2 * MIB - 1 }));
  await assertRejects(take, ProtocolError, "a file is smaller than its part");
});

Deno.test("a file that ends early is not kept, and what came of it stays", async () => {
  await using place = await PartPlace.make();
  {
    await using incoming = await begin(place);
    await takeAll(incoming, [head(), ...blocks().slice(0, 2)]);
    const take = () => incoming.take(end());
    const message = `Cannot keep the file: ${2 * MIB} bytes came of ${CONTENT.length}`;
    await assertRejects(take, Failure, message);
  }
  await using incoming = await begin(place);
  assertEquals(incoming.bytes, 2 * MIB);
});

Deno.test("a file with another hash is not kept, and nothing of it stays", async () => {
  for (const hash of [rootOf(patterned(5)), "", rootOf(CONTENT).toUpperCase(), sha256(CONTENT)]) {
    await using place = await PartPlace.make({ "a.bin": "old" });
    {
      await using incoming = await begin(place, { exists: "replace" });
      await takeAll(incoming, [head(), ...blocks()]);
      const take = () => incoming.take(end(hash));
      await assertRejects(take, Failure, "Cannot keep the file: its hash is not the announced one");
    }
    assertEquals([place.temp.names(), place.read("a.bin").length], [["a.bin"], 3]);
  }
});

Deno.test("a name that is taken stays, is replaced, or the new one is numbered", async () => {
  const cases: [exists: IncomingOptions["exists"], name: string][] = [
    ["replace", "a.bin"],
    ["rename", "a (2).bin"],
  ];
  for (const [exists, name] of cases) {
    await using place = await PartPlace.make({ "a.bin": "old" });
    await using incoming = await begin(place, { exists });
    await takeAll(incoming, [head(), ...blocks(), end()]);
    assertEquals(incoming.outcome("", ["sub"], 0).name, `sub/${name}`);
    assertEquals(sha256(place.read(name)), sha256(CONTENT));
  }
  await using place = await PartPlace.make({ "a.bin": "old" });
  await using incoming = await begin(place);
  await takeAll(incoming, [head(), ...blocks()]);
  await assertRejects(() => incoming.take(end()), Failure, "it exists already");
  assertEquals(place.read("a.bin").length, 3);
});

Deno.test("head, block and end are the pieces of a file", () => {
  const types = ["file", "block", "end", "want", "saved", "error", "chat", ""];
  assertEquals(types.filter((type) => isPiece({ type })), ["file", "block", "end"]);
});
