/**
 * Connections for files alone: they come in as participants do, and are none.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import type { Connection } from "../../../lib/net/connection.ts";
import type { Hello } from "../../../lib/wire/message.ts";
import { control, hello } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { openRoom, type RoomServerOptions } from "../../support/room_server.ts";

/** A room of `maxClients` places, in which errands do `work`. */
function open(
  errand: NonNullable<RoomServerOptions["errand"]>,
  maxClients = 100,
  room: Partial<RoomOptions> = {},
) {
  return openRoom({ room, maxClients, errand });
}

function filesHello(name?: string): Uint8Array {
  return control({ type: "hello", version: 1, cipher: "none", name, purpose: "files" });
}

/** Says so, and serves the connection to its end. */
async function serveFiles(conn: Connection): Promise<void> {
  await conn.write(new TextEncoder().encode("files here"));
  while (await conn.receive() !== null);
  await conn.closeWrite();
}

async function join(port: number, words: string | Uint8Array, seen: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  await peer.send(words);
  await peer.sees(seen);
  return peer;
}

Deno.test("a connection for files leaves no trace in the room", async () => {
  await using server = await open(serveFiles, 100, { motd: "be kind" });
  using ada = await join(server.port, "/nick Ada\n", "You are Ada\n");
  using files = await join(server.port, filesHello("Ada"), "files here");
  assertEquals(server.room.hub.seats.map(({ name }) => name), ["Ada"]);
  assertEquals(server.room.roster.lines().length, 1);
  await ada.send("unheard by files\n/who\n");
  await ada.sees("Ada\n");
  await files.endSending();
  assertEquals(await files.sawEnd(), "files here", "nothing of the room goes there");
  using ben = await join(server.port, "/nick Ben\n", "You are Ben\n");
  await ben.send("/status\n");
  await ben.sees(/Client \d+: Ben .*\n/);
  assertEquals(ada.received.split("\n").slice(1), ["You are Ada", "Ada", "* Ben joined", ""]);
  assertEquals(ben.received.match(/Client \d+/g)?.length, 2);
  assert(server.log.some((line) => line.endsWith(": here for files only")));
});

Deno.test("an errand knows what its connection is for", async () => {
  const purposes: (Hello | "http" | undefined)[] = [];
  await using server = await open(
    (conn, purpose) => {
      purposes.push(purpose === "http" ? purpose : purpose.hello);
      return conn.closeWrite();
    },
    100,
    { web: true },
  );
  const common = { type: "hello", version: 1, cipher: "none" } as const;
  const files: Hello = { ...common, name: "Ada", purpose: "files" };
  const relay: Hello = { ...common, purpose: "relay", ticket: "00" };
  for (const words of [control(files), control(relay), "GET / HTTP/1.1\r\n\r\n"]) {
    using peer = await Peer.connect(server.port);
    await peer.send(words);
    await peer.sawEnd();
  }
  assertEquals(purposes, [files, relay, "http"]);
});

Deno.test("what a client says from then on is the errand's, commands of the room included", async () => {
  const said: string[] = [];
  await using server = await open(async (conn) => {
    await conn.write(new TextEncoder().encode("files here"));
    for (let batch = await conn.receive(); batch !== null; batch = await conn.receive()) {
      said.push(...batch.map((payload) => new TextDecoder().decode(payload)));
    }
  });
  using files = await join(server.port, filesHello(), "files here");
  await files.send(control({ type: "command", name: "exit", argument: "" }));
  await files.send(control("{oops"));
  await files.endSending();
  await files.sawEnd();
  assertEquals(said, ['\x01{"type":"command","name":"exit","argument":""}', "\x01{oops"]);
});

Deno.test("a connection for files takes nobody's place while it lasts", async () => {
  await using server = await open(serveFiles, 1);
  using files = await join(server.port, filesHello(), "files here");
  using ada = await join(server.port, hello("Ada"), '"welcome"');
  assertEquals(server.door.inside, 1);
  await files.endSending();
  await files.sawEnd();
  await ada.endSending();
  await ada.sawEnd();
  assertEquals(server.door.inside, 0);
});

Deno.test("an errand that breaks ends its own connection, and is not the room's end", async () => {
  await using server = await open(() => Promise.reject(new Deno.errors.ConnectionReset("gone")));
  using ada = await join(server.port, "/nick Ada\n", "You are Ada\n");
  using files = await Peer.connect(server.port);
  await files.send(filesHello());
  assertEquals(await files.sawEnd(), "");
  await ada.send("/who\n");
  await ada.sees("Ada\n");
});

Deno.test("without files for browsers a request of HTTP is refused, and no errand", async () => {
  await using server = await open(() => Promise.reject(new Error("an errand")));
  using peer = await Peer.connect(server.port);
  await peer.send("GET / HTTP/1.1\r\n\r\n");
  assert((await peer.sawEnd()).startsWith("HTTP/1.1 400 "));
});

Deno.test("a room that stops waits for its errands, and tells them nothing of its own", async () => {
  const go = Promise.withResolvers<void>();
  await using server = await open(async (conn) => {
    await conn.write(new TextEncoder().encode("files here"));
    await go.promise;
    await conn.write(new TextEncoder().encode(", all of them"));
    await conn.closeWrite();
  });
  using files = await join(server.port, filesHello(), "files here");
  server.stop();
  using late = await Peer.connect(server.port).catch(() => undefined);
  assertEquals(late, undefined, "nobody is accepted any more");
  go.resolve();
  assertEquals(await files.sawEnd(), "files here, all of them");
  await files.close();
  await server.ended();
});
