import { assert, assertEquals, assertMatch } from "@std/assert";
import { LINE_BYTES } from "../../../lib/base/limits.ts";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import { chat, control, hello, jsonChat } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { openRoom } from "../../support/room_server.ts";

function open(room: Partial<RoomOptions> = {}, maxClients = 100) {
  return openRoom({ room, maxClients });
}

Deno.test("people of all dialects talk in one room", async () => {
  await using server = await open();
  using ada = await server.join("/nick Ada\n", "You are Ada\n");
  using ben = await server.join("/nick Ben", /You are Ben$/);
  using cleo = await server.join(jsonChat("Cleo", "/who"), btoa("Ada\nBen\nCleo"));
  using dan = await server.join(hello("Dan"), '"name":"Dan"');
  await dan.send(chat("hello\nall"));
  for (const peer of [ada, ben]) await peer.sees("* Dan joined\nDan: hello\nDan: all\n");
  await cleo.sees(`"username":"Dan"`);
  await cleo.sees(btoa("hello\nall"));
  await cleo.send(jsonChat("Cleo", "hi", 7));
  for (const peer of [ada, ben]) await peer.sees("Cleo: hi\n");
  await dan.sees('{"type":"chat","from":"Cleo","text":"hi","at":7}');
  assert(!cleo.received.includes(btoa("hi")), "nobody hears themselves");
});

Deno.test("a peer that says nothing is taken for a reader of text", async () => {
  await using server = await open({ motd: "be kind" });
  using mute = await server.join("", "be kind\n");
  using ada = await server.join("hi\n", "be kind\n");
  await mute.sees("* guest2 joined\nguest2: hi\n");
  assertEquals(ada.received, "be kind\n");
});

Deno.test("a native client hears nothing of the room before its welcome", async () => {
  await using server = await open({ motd: "be kind" });
  using ada = await server.join("/nick Ada\n", "You are Ada");
  using ben = await Peer.connect(server.port);
  const said = hello("Ben");
  await ben.send(said.subarray(0, 10));
  await ada.send("unheard\n/who\n");
  await ada.sees("guest2\n");
  await ben.send(said.subarray(10));
  await ada.sees("* Ben joined\n");
  await ada.send("heard\n");
  await ben.sees("heard");
  assertMatch(
    ben.received,
    /^[^{]{5}\{"type":"welcome".*"motd":"be kind"\}[^{]*\{"type":"chat"/,
  );
  assert(!ben.received.includes("unheard"));
});

Deno.test("exit closes the connection in every dialect, after what is owed", async () => {
  await using server = await open({ mode: "ack" });
  const exits: [string, string | Uint8Array, string | Uint8Array][] = [
    ["text", "Ada\n", "last\nexit\n"],
    ["text", "Ada\r\n", "last\r\nEXIT\r\n"],
    ["json", jsonChat("Ada", "hi"), jsonChat("Ada", "last") + jsonChat("Ada", "/Exit")],
    ["native", hello(), new Uint8Array([...chat("last"), ...chat("exit")])],
    [
      "native",
      hello(),
      new Uint8Array([
        ...chat("last"),
        ...control({ type: "command", name: "exit", argument: "" }),
      ]),
    ],
  ];
  for (const [dialect, first, last] of exits) {
    using peer = await server.join(first, /successfully|ACK|welcome|SEND|QUNL/);
    await peer.send(last);
    const received = await peer.sawEnd();
    const expected = dialect === "json" ? btoa("last ACK") : "last ACK";
    assert(received.includes(expected), `${dialect}: ${received}`);
    await peer.close();
  }
  using raw = await server.join("Ada", /successfully\.$/);
  await raw.send("exit");
  await raw.sawEnd();
});

Deno.test("a peer that ends its side gets what is owed, and its place is free", async () => {
  await using server = await open({ mode: "ack" }, 1);
  for (let round = 0; round < 3; round++) {
    using peer = await server.join("Ada\n", "successfully.\n");
    await peer.send("one\ntwo");
    await peer.endSending();
    assertEquals(
      await peer.sawEnd(),
      "Connected to the server successfully.\none ACK\ntwo ACK\n",
    );
  }
});

Deno.test("a name that cannot be is refused in native, and logged", async () => {
  await using server = await open();
  using ada = await server.join(hello("Ada"), "welcome");
  for (const name of ["ada", "", "x".repeat(300), "\x1b[2J", "Server"]) {
    using peer = await server.join(hello(name), '{"type":"refused","code":"name"');
    await peer.sawEnd();
    assertMatch(server.log.join("\n"), /Rejecting 127\.0\.0\.1:\d+: [^\n]+$/m);
  }
  await ada.send(control({ type: "command", name: "who", argument: "" }));
  await ada.sees('"text":"Ada"}');
});

Deno.test("what cannot be understood is told, and the connection goes on", async () => {
  await using server = await open();
  using text = await server.join(
    new Uint8Array([0xff, 10]),
    "Cannot do that: a message is not valid UTF-8\n",
  );
  await text.send("/who\n");
  await text.sees("guest1\n");
  using native = await server.join(hello(), "welcome");
  await native.send(control('{"type":"shout"}'));
  await native.sees('{"type":"error","text":"Cannot do that: unknown message type \\"shout\\""}');
  await native.send(chat("still here"));
  await text.sees("guest2: still here\n");
  using json = await server.join(
    '{"username" 1}',
    btoa("Cannot do that: malformed JSON: ").slice(0, -2),
  );
  await json.send(jsonChat("Jay", "still here"));
  await text.sees("Jay: still here\n");
});

Deno.test("what cannot be followed is told, and ends the connection", async () => {
  await using server = await open();
  using ada = await server.join("/nick Ada\n", "You are Ada");
  using long = await server.join(
    "fine\n" + "x".repeat(LINE_BYTES + 1),
    "Cannot read what you sent",
  );
  assertMatch(await long.sawEnd(), /: a line is over the limit of 65536 bytes\n$/);
  await ada.sees("* guest2 joined\nguest2: fine\n* guest2 left\n");
  using json = await server.join(
    jsonChat("Jay", "hi") + "}",
    btoa("Cannot read wha"),
  );
  await json.sawEnd();
  await ada.sees("* Jay left\n");
  assert(server.log.some((line) => line.includes("guest2 cannot be read: a line is over")));
});

Deno.test("a server that stops tells everybody, and waits for them to leave", async () => {
  await using server = await open();
  using text = await server.join("hi\n/who\n", "guest1");
  using native = await server.join(hello(), "welcome");
  using mute = await Peer.connect(server.port);
  server.stop();
  for (const peer of [text, native, mute]) {
    await peer.sees("The server is shutting down");
    await peer.sawEnd();
    await peer.close();
  }
  await server.ended();
});

Deno.test("who is sent away is told, and its connection ends", async () => {
  await using server = await open();
  using ada = await server.join("/nick Ada\n", "You are Ada");
  server.room.dismiss(server.room.hub.find("Ada")!, "kicked", "You were sent away");
  assertMatch(await ada.sawEnd(), /You were sent away\n$/);
});

Deno.test("in operator mode a peer that ended its side stays until it is answered", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await open({
    mode: "operator",
    show: (lines) => lines[0].includes("two") && asked.resolve(),
  });
  using peer = await Peer.connect(server.port);
  await peer.send("one\ntwo\n");
  await peer.endSending();
  await asked.promise;
  server.room.answer("first answer");
  await peer.sees("first answer\n");
  assert(!peer.ended);
  server.room.answer("second answer");
  assertEquals(await peer.sawEnd(), "first answer\nsecond answer\n");
});

Deno.test("a file on its way holds the room back, and then all of it comes", async () => {
  const half = Promise.withResolvers<void>(), go = Promise.withResolvers<void>();
  await using server = await open({
    files: {
      list: () => Promise.resolve([]),
      send: async (conn) => {
        await conn.write(new TextEncoder().encode("FILE"));
        half.resolve();
        await go.promise;
        await conn.write(new TextEncoder().encode("BYTES"));
      },
    },
  });
  using ada = await server.join("/nick Ada\n", "You are Ada\n");
  using ben = await server.join("/nick Ben\n/get a.txt\n", /You are Ben\nFILE$/);
  await half.promise;
  await ada.send("hi\n/who\n");
  await ada.sees("Ben\n");
  assert(!ben.received.includes("hi"));
  go.resolve();
  await ben.sees("FILEBYTESAda: hi\n");
});

Deno.test("a transfer that breaks ends its own connection only", async () => {
  const files = {
    list: () => Promise.resolve([]),
    send: () => Promise.reject(new Error("the disk is gone")),
  };
  await using server = await open({ files });
  using ada = await server.join("/nick Ada\n", "You are Ada\n");
  using text = await server.join("/get a.txt\n", "");
  await text.sawEnd();
  using native = await server.join(hello("Ben"), "welcome");
  await native.send(control({ type: "command", name: "get", argument: "a.txt", id: 1 }));
  await native.sawEnd();
  await ada.sees("* Ben joined\n* Ben left\n");
  await ada.send("/who\n");
  await ada.sees(/Ada\n$/);
});
