import { assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { receiveBare } from "../../../lib/files/receive_bare.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { bytesOf, concat, cut } from "../../support/feed.ts";
import { PartPlace } from "../../support/parts.ts";
import { ScriptedSocket } from "../../support/sockets.ts";
import { MIB, patterned, sha256 } from "../../support/transfer.ts";

/** What a bare `get` makes of these chunks; `open`: the server does not close behind them. */
async function receive(place: PartPlace, chunks: Uint8Array[], { open = false } = {}) {
  const never = Promise.withResolvers<Uint8Array>();
  const socket = new ScriptedSocket(open ? [...chunks, never.promise] : chunks);
  using conn = new Connection(socket);
  await using part = await place.open("got");
  const count = await receiveBare(conn, part, () => {});
  const content = place.read("got");
  assertEquals([count, place.temp.names()], [content.length, ["got"]]);
  await Deno.remove(place.path("got"));
  return new TextDecoder().decode(content);
}

Deno.test("a bare file ends in EOF and the server's close, wherever it is cut", async () => {
  await using place = await PartPlace.make();
  for (const content of ["", "E", "EO", "EOF", "Hello\n", "EOFEOF and EOF again\nEOF\n"]) {
    const stream = bytesOf(content + "EOF");
    for (let at = 0; at <= stream.length; at++) {
      assertEquals(await receive(place, cut(stream, [at])), content);
    }
    const single = Array.from({ length: stream.length - 1 }, (_, i) => i + 1);
    assertEquals(await receive(place, cut(stream, single)), content);
  }
});

Deno.test("a bare file ends in EOF and a quiet gap, when the server stays", async () => {
  await using place = await PartPlace.make();
  const content = "x".repeat(5000) + "EOF" + "y".repeat(300);
  for (const at of [0, 5000, 5303, 5304, 5305, 5306]) {
    const chunks = cut(bytesOf(content + "EOF"), [at]);
    assertEquals(await receive(place, chunks, { open: true }), content);
  }
});

Deno.test("an EOF within the file is content as long as more comes before the gap ends", async () => {
  await using place = await PartPlace.make();
  const chunks = ["one EOF", " two", "EOF", "EOF"].map(bytesOf);
  assertEquals(await receive(place, chunks), "one EOF twoEOF");
});

Deno.test("a bare file of several blocks comes whole, whatever the chunks", async () => {
  await using place = await PartPlace.make();
  for (const size of [MIB - 1, MIB, 2 * MIB + 7]) {
    const content = patterned(size);
    const stream = concat([content, bytesOf("EOF")]);
    const socket = new ScriptedSocket(cut(
      stream,
      [1000, 1001, 700_000, MIB, MIB + 1]
        .filter((at) => at < size),
    ));
    using conn = new Connection(socket);
    await using part = await place.open(`f${size}`);
    assertEquals(await receiveBare(conn, part, () => {}), size);
    assertEquals(sha256(place.read(`f${size}`)), sha256(content));
  }
});

Deno.test("a bare file begins anew, whatever part there is", async () => {
  await using place = await PartPlace.make();
  {
    await using part = await place.open("got");
    await part.write(patterned(MIB));
  }
  assertEquals(await receive(place, [bytesOf("fileEOF")]), "file");
});

Deno.test("a server that has no such file is believed, whether it closes or stays", async () => {
  await using place = await PartPlace.make();
  for (const open of [false, true]) {
    for (const chunks of [["File not found."], ["File not found.\n"], ["File not", " found."]]) {
      const run = () => receive(place, chunks.map(bytesOf), { open });
      const error = await assertRejects(run, Failure, "Cannot get the file: File not found");
      assertEquals(error.exit, Exit.failed);
    }
  }
  assertEquals(place.temp.names(), []);
});

Deno.test("a file that says File not found. is a file", async () => {
  await using place = await PartPlace.make();
  assertEquals(await receive(place, [bytesOf("File not found.EOF")]), "File not found.");
});

Deno.test("a server that closes before the marker has broken off", async () => {
  await using place = await PartPlace.make();
  for (const chunks of [[], ["half of it"], ["x".repeat(1000)], ["half", "EO"], ["EOF\n"]]) {
    const run = () => receive(place, chunks.map(bytesOf));
    const error = await assertRejects(run, Failure, "the server closed before its end");
    assertEquals(error.exit, Exit.lost);
  }
  assertEquals(place.temp.names(), []);
});

Deno.test("a name that is taken stays", async () => {
  await using place = await PartPlace.make({ got: "mine" });
  await assertRejects(() => receive(place, [bytesOf("fileEOF")]), Failure, "it exists already");
  assertEquals([place.temp.names(), place.read("got")], [["got"], bytesOf("mine")]);
});

Deno.test("progress is told as bytes come", async () => {
  await using place = await PartPlace.make();
  const chunks = ["x".repeat(1000), "y".repeat(1000), "EOF"].map(bytesOf);
  using conn = new Connection(new ScriptedSocket(chunks));
  await using part = await place.open("got");
  const told: number[] = [];
  await receiveBare(conn, part, (bytes) => told.push(bytes));
  assertEquals(told, [997, 1997, 2000]);
});

async function stall(said: string): Promise<string> {
  await using place = await PartPlace.make();
  const never = Promise.withResolvers<Uint8Array>();
  using conn = new Connection(new ScriptedSocket([bytesOf(said), never.promise]));
  await using part = await place.open("got");
  const error = await assertRejects(() => receiveBare(conn, part, () => {}), Failure);
  assertEquals(error.exit, Exit.timedOut);
  return error.message;
}

Deno.test("a bare file that stands still is given up, and a short answer is shown", async () => {
  const [short, long] = await Promise.all([stall("no such\x1bfile"), stall("x".repeat(1000))]);
  assertEquals(short, 'Cannot get the file: no EOF marker came; it sent "no such␛file"');
  assertEquals(long, "Cannot get the file: no EOF marker came");
});
