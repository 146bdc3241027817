/**
 * Scripts of `connect`: what they send, what they expect, and how they end.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { toldBy } from "../support/events.ts";
import { Folder } from "../support/folder.ts";
import { peerTest } from "../support/peers.ts";
import type { Ended } from "../support/program.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { Fake, frame, readTo, welcome, writeAll as write } from "./support/fake.ts";
import { connect } from "./support/lab.ts";

async function writeAll(conn: Deno.TcpConn, said: string | Uint8Array): Promise<void> {
  await write(conn, typeof said === "string" ? new TextEncoder().encode(said) : said);
}

/** A script to its end, its standard input open: nobody may wait for that. */
async function script(port: number, dialect: string, args: string[]): Promise<Ended> {
  await using program = connect(port, ["--dialect", dialect, ...args]);
  return await program.ended();
}

/** A server that collects all that comes, and answers as `handle` does. */
function collector(handle: (conn: Deno.TcpConn) => Promise<unknown> = () => Promise.resolve()) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const fake = new Fake(async (conn) => {
    await handle(conn);
    resolve(await readTo(conn, "\0never"));
  });
  return { fake, all: promise };
}

for (const dialect of ["native", "text", "raw", "json"]) {
  const from = dialect === "json" ? "Server: " : "";
  Deno.test(`over ${dialect} steps are done in their order, and what is saved is printed`, async () => {
    await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
    const { code, stdout, stderr } = await script(
      await server.port(),
      dialect,
      [
        ...["--send", "stressed", "--expect", "desserts", "--save", "ALL"],
        ...["--send=<${ALL}>", "--expect", "/>(stre(?:ss)ed)</", "--save", "GROUP"],
        ...["--expect=<", "--wait", "silence", "--linger", "100ms"],
      ].slice(0, -5).concat("--wait", "silence", "--linger", "100ms"),
    );
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout,
      `${from}desserts\n${from}>stressed<\nALL=desserts\nGROUP=stressed\n`,
    );
  });

  Deno.test(`over ${dialect} what does not come in time is shown beside what came, and ends with 6`, async () => {
    await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
    const steps = ["--send", "stressed", "--expect", "dessarts", "--timeout", "400ms"];
    const { code, stdout, stderr } = await script(await server.port(), dialect, steps);
    assertEquals([code, stdout], [6, `${from}desserts\n`]);
    const end = dialect === "raw" ? "" : "\\n";
    assertStringIncludes(stderr, 'what was expected: "dessarts" (8 bytes)\nwhat came: ');
    assertStringIncludes(stderr, `"${from}desserts${end}" (`);
    assertStringIncludes(
      stderr,
      "the first 4 of 8 bytes have come; expected:\n  64 65 73 73 61 72",
    );
    assertMatch(
      stderr,
      /\nlabwire: Cannot find what was expected: step 2, --expect "dessarts": it did not come in 400 ms\n$/,
    );
  });

  Deno.test(`over ${dialect} a server that closes before what was expected ends it with 1`, async () => {
    await using fake = new Fake(async (conn) => {
      if (dialect === "native") await welcome(conn);
      await readTo(conn, dialect === "json" ? "}" : "hello");
    });
    const { code, stdout, stderr } = await script(fake.port, dialect, [
      "--send",
      "hello",
      "--expect",
      "x",
    ]);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, 'what was expected: "x" (1 bytes)\nwhat came: nothing\n');
    assertMatch(
      stderr,
      /labwire: Cannot find .*step 2, --expect "x": the server closed the connection\n$/,
    );
  });

  Deno.test(`over ${dialect} nothing is expected and all is sent: the end is that of a script's input`, async () => {
    await using fake = new Fake(async (conn) => {
      if (dialect === "native") await welcome(conn);
      await readTo(conn, "\0never"); // to the half-close
      if (dialect === "native") await writeAll(conn, frame({ type: "reply", text: "bye" }));
      else if (dialect !== "json") await writeAll(conn, "bye\n");
    });
    const { code, stdout, stderr } = await script(fake.port, dialect, ["--send", "hello"]);
    assertEquals([code, stdout, stderr], [0, dialect === "json" ? "" : "bye\n", ""]);
  });
}

Deno.test("raw sends the bytes of a text and no more, text ends a line that has no end", async () => {
  const cases: [string, string[], string][] = [
    ["raw", ["--send", "a\\n\\x41", "--send", "/who", "--send", "exit"], "a\nA/whoexit"],
    ["text", [
      "--send",
      "a",
      "--send",
      "b\\n",
      "--send",
      "c\\r\\n\\r\\n",
      "--send",
      "",
      "--send",
      "exit",
    ], "a\nb\nc\r\n\r\n\nexit\n"],
    ["raw", ["--send-hex", "00 7f", "--send", "x"], "\0\x7fx"],
  ];
  for (const [dialect, steps, sent] of cases) {
    const { fake, all } = collector();
    await using _server = fake;
    const { code, stderr } = await script(fake.port, dialect, [...steps, "--pace", "1ms"]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await all, sent);
  }
});

Deno.test("a prompt without an end of line matches at once, and each search goes on behind the last", async () => {
  const { fake, all } = collector(async (conn) => {
    await writeAll(conn, "login: ");
    await readTo(conn, "Ada\n");
    await writeAll(conn, "password: login: ");
    await readTo(conn, "x\n");
    await writeAll(conn, "in\n");
  });
  await using _server = fake;
  const { code, stdout } = await script(fake.port, "text", [
    ...["--expect", "login: ", "--send", "Ada", "--expect", "password: ", "--send", "x"],
    ...["--expect", "login: ", "--expect", "in\\n", "--linger", "50ms"],
  ]);
  assertEquals([code, await all], [0, ""]);
  assertEquals(stdout, "login: \npassword: login: \nin\n", "what was sent parts what came");
});

Deno.test("what does not match a regular expression is shown as it came", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  const steps = ["--send", "abc", "--expect", "/[0-9]+/i", "--timeout", "300ms"];
  const { code, stderr } = await script(await server.port(), "text", steps);
  assertEquals(code, 6);
  assertStringIncludes(
    stderr,
    'what was expected: /[0-9]+/i\nwhat came: "cba\\n" (4 bytes)\n  63 62 61 0a ',
  );
});

Deno.test("a connection that is reset under a step ends it with 5", async () => {
  for (const dialect of ["native", "text", "raw", "json"]) {
    await using server = Program.start("python3", ["-u", "-c", RESETTER]);
    const port = Number((await server.sees(/port (\d+)/))[1]);
    const { code, stderr } = await script(port, dialect, [
      "--send",
      "hello",
      "--expect",
      "welcome",
    ]);
    assertEquals(code, 5, stderr);
    if (dialect !== "native") {
      assertMatch(stderr, /Cannot find .*: the connection was lost \(.*\)\n$/);
    }
  }
});

Deno.test("a server that has closed while there is more to send ends it with 5", async () => {
  await using fake = new Fake((conn) => writeAll(conn, "bye\n"));
  const { code, stdout, stderr } = await script(fake.port, "text", [
    "--wait",
    "close",
    "--send",
    "x",
  ]);
  assertEquals([code, stdout], [5, "bye\n"]);
  assertEquals(
    stderr,
    'labwire: Cannot send: step 2, --send "x": the server closed the connection\n',
  );
});

Deno.test("a server that takes nothing does not hold a script", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using fake = new Fake(() => promise);
  await using folder = await Folder.make({ big: "x".repeat(32 << 20) });
  const { code, stderr } = await script(fake.port, "raw", [
    ...["--timeout", "300ms", "--send-file", `${folder.path}/big`],
  ]);
  resolve();
  assertEquals(code, 6);
  assertMatch(
    stderr,
    /^labwire: Cannot send: step 2, --send-file ".*": the server took nothing for 300 ms\n$/,
  );
});

Deno.test("a large file goes to a server that echoes it, and comes back to its last byte", async () => {
  const big = "0123456789abcdef".repeat(1 << 20); // 16 MiB
  await using fake = new Fake(async (conn) => {
    const buffer = new Uint8Array(1 << 16);
    for (let count; (count = await conn.read(buffer)) !== null;) {
      await writeAll(conn, buffer.slice(0, count));
    }
  });
  await using folder = await Folder.make({ big: `${big}last\n` });
  const { code, stdout } = await script(fake.port, "raw", [
    ...["--send-file", `${folder.path}/big`, "--expect", "last\\n", "--save", "X", "-q"],
  ]);
  assertEquals([code, stdout], [0, "X=last␊\n"]);
});

Deno.test("standard input can be sent as a file, byte for byte", async () => {
  const { fake, all } = collector();
  await using _server = fake;
  await using program = connect(fake.port, [
    "--dialect",
    "raw",
    "--send",
    "<",
    "--send-file",
    "-",
    "--send",
    ">",
  ]);
  await program.type("a\r\nb");
  await program.endInput();
  assertEquals([(await program.ended()).code, await all], [0, "<a\r\nb>"]);
});

Deno.test("--half-close ends our side, and what is said then can be expected", async () => {
  await using fake = new Fake(async (conn) => {
    const said = await readTo(conn, "\0never");
    await writeAll(conn, `${said.length} bytes\n`);
  });
  const { code, stdout } = await script(fake.port, "raw", [
    ...[
      "--send",
      "hello",
      "--half-close",
      "--expect",
      "/(\\d+) bytes/",
      "--save",
      "N",
      "--wait",
      "close",
    ],
  ]);
  assertEquals([code, stdout], [0, "5 bytes\nN=5\n"]);
});

/** Passes on what comes, to its end. */
async function pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(4096);
  try {
    for (let count; (count = await from.read(buffer)) !== null;) {
      await write(to, buffer.slice(0, count));
    }
  } finally {
    await to.closeWrite().catch(() => {});
  }
}

/** Says a line, then prints how the connection ended. */
const WITNESS = `
import socket
s = socket.create_server(("127.0.0.1", 0))
print("port", s.getsockname()[1])
c, _ = s.accept()
got = c.recv(100)
c.sendall(b"welcome\\n")
try:
    while True:
        more = c.recv(100)
        if not more:
            print("end", got)
            break
        got += more
except ConnectionResetError:
    print("reset", got)
`;

/** Resets whoever connects, once it has said something or after a moment. */
const RESETTER = `
import socket, struct
s = socket.create_server(("127.0.0.1", 0))
print("port", s.getsockname()[1])
c, _ = s.accept()
c.recv(100)
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
c.close()
`;

test("--reset ends with a real reset, and without it the end is clean", async () => {
  for (const [steps, end] of [[["--reset"], "reset"], [[], "end"]] as const) {
    await using server = Program.start("python3", ["-u", "-c", WITNESS]);
    const port = Number((await server.sees(/port (\d+)/))[1]);
    const { code, stdout, stderr } = await script(port, "raw", [
      ...["--send", "hello", "--expect", "welcome", "--save", "W", ...steps, "--linger", "100ms"],
    ]);
    assertEquals([code, stdout, stderr], [0, "welcome\nW=welcome\n", ""]);
    await server.sees(`${end} b'hello'`);
  }
});

Deno.test("--wait waits for messages, a silence, a time or the close", async () => {
  await using fake = new Fake(async (conn) => {
    await writeAll(conn, "one\ntwo\n");
    await readTo(conn, "go");
    await writeAll(conn, "three\n");
    await readTo(conn, "on");
    await writeAll(conn, "four\n");
    await readTo(conn, "end");
  });
  const { code, stdout, stderr } = await script(fake.port, "text", [
    ...["--wait", "2", "--send", "go", "--wait", "1", "--send", "on", "--expect", "fo"],
    ...[
      "--wait",
      "SILENCE",
      "--linger",
      "50ms",
      "--wait",
      "20ms",
      "--send",
      "end",
      "--wait",
      "Close",
    ],
  ]);
  assertEquals([code, stdout, stderr], [0, "one\ntwo\nthree\nfour\n", ""]);
});

Deno.test("what is waited for in vain ends with 6, and with 1 when the server closes first", async () => {
  await using fake = new Fake(async (conn) => {
    await writeAll(conn, "one\n");
    await readTo(conn, "end");
  });
  const cases: [string[], number, RegExp][] = [
    [
      ["--wait", "2"],
      6,
      /2 messages; what came: 1\nlabwire: Cannot wait to the end: step 2, --wait "2": it did not come in 200 ms\n$/,
    ],
    [["--wait", "close"], 6, /^labwire: Cannot wait to the end: .*: it did not come in 200 ms\n$/],
    [["--send", "end", "--wait", "2"], 1, /--wait "2": the server closed the connection\n$/],
  ];
  for (const [steps, exit, message] of cases) {
    const { code, stderr } = await script(fake.port, "text", ["--timeout", "200ms", ...steps]);
    assertEquals(code, exit);
    assertMatch(stderr, message);
  }
});

Deno.test("a script file stands where its option does, and its mistakes have their lines", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  const port = await server.port();
  await using folder = await Folder.make({
    "lab.steps": "# a comment\n\nexpect cba\nsave LAST\nsend ${LAST}!\nexpect !abc\n",
    "bad.steps": "send x\nexpect /(/\n",
  });
  const { code, stdout } = await script(port, "text", [
    ...["--send", "abc", "--script", `${folder.path}/lab.steps`, "--send", "d", "--expect", "d"],
    "-q",
  ]);
  assertEquals([code, stdout], [0, "LAST=cba\n"]);
  await using piped = connect(port, ["--dialect", "text", "--script", "-"]);
  await piped.type("send ab\nexpect ba\nsave X\n");
  await piped.endInput();
  const ended = await piped.ended();
  assertEquals([ended.code, ended.stdout], [0, "ba\nX=ba\n"]);
  const bad = await script(port, "text", ["--script", `${folder.path}/bad.steps`]);
  assertEquals([bad.code, bad.stdout], [2, ""]);
  assertMatch(bad.stderr, /^labwire: Cannot use \S+bad\.steps:2, expect "\/\(\/": .*\n$/);
  const none = await script(port, "text", ["--script", `${folder.path}/none`]);
  assertEquals(none.code, 2);
  assertMatch(none.stderr, /Cannot read the script ".*none": there is no such file\n$/);
});

Deno.test("what cannot be done is refused before anything is connected", async () => {
  await using folder = await Folder.make({ "notes.txt": "" });
  const notes = `${folder.path}/notes.txt`;
  const cases: [string, string[], string][] = [
    ["native", ["--send-hex", "00"], 'Cannot use --send-hex "00": native carries messages only'],
    ["json", ["--send-file", notes], "json carries messages only"],
    ["json", ["--send", "\\xff"], "it is no UTF-8, and json carries text"],
    ["text", ["--send-file", "no-such-file"], "there is no such file"],
    ["text", ["--send-file", folder.path], "it is a folder"],
    ["text", ["--send", "${A}"], 'no step before it saves "A"'],
    ["text", ["--quiet"], "Cannot use --quiet: there is no step that it is for"],
    ["text", ["--timeout", "1s"], "Cannot use --timeout: there is no step that it is for"],
  ];
  for (const [dialect, steps, message] of cases) {
    const { code, stdout, stderr } = await script(1, dialect, steps);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, message);
    assertEquals(stderr.split("\n").length, 2);
  }
});

Deno.test("over native a step is what would be typed: commands act, exit leaves", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  const { code, stdout, stderr } = await script(port, "native", [
    ...[
      "--name",
      "Ada",
      "--send",
      "/nick Bea",
      "--expect",
      "Bea",
      "--send",
      "/who",
      "--expect",
      "Bea",
    ],
    ...["--send", "EXIT", "--wait", "close"],
  ]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Bea");
});

Deno.test("a server's greeting can be expected, and --quiet does not show it", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--motd", "Welcome to lab 7"]);
  const port = await server.port();
  const steps = ["--expect", "/lab (\\d)/", "--save", "LAB"];
  for (const dialect of ["native", "text"]) {
    const shown = await script(port, dialect, steps);
    assertEquals([shown.code, shown.stdout], [0, "Welcome to lab 7\nLAB=7\n"]);
    const quiet = await script(port, dialect, [...steps, "-q"]);
    assertEquals([quiet.code, quiet.stdout], [0, "LAB=7\n"]);
  }
});

Deno.test("what two participants say to each other can be scripted on both sides", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  await using ada = connect(port, ["--name", "Ada", "--expect", "Ron: ping", "--send", "pong"]);
  const ron = ["--name", "Ron", "--send", "ping", "--expect", "Ada: pong"];
  await server.sees("Ada", "stderr");
  const ended = await script(port, "json", ron);
  assertEquals([ended.code, ended.stderr], [0, ""]);
  assertEquals((await ada.ended()).code, 0);
});

Deno.test("under a cipher all is sealed, and what comes is opened before it is looked at", async () => {
  const cipher = ["--cipher", "vigenere", "--key", "LEMON"];
  await using folder = await Folder.make({ lines: "attack\nat dawn\n" });
  for (const dialect of ["raw", "text"]) {
    const { fake, all } = collector();
    await using _server = fake;
    const { code } = await script(fake.port, dialect, [
      ...cipher,
      ...[
        "--send",
        "attack",
        "--send-file",
        `${folder.path}/lines`,
        "--send-hex",
        "61 74",
        "--pace",
        "1ms",
      ],
    ]);
    assertEquals(code, 0);
    assertEquals(
      await all,
      dialect === "text" ? "lxfopv\nlxfopv\nlx pojy\nlx" : "lxfopvlxfopv\nef rnhr\nlx",
    );
  }
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0", ...cipher]);
  const { code } = await script(await server.port(), "raw", [
    ...cipher,
    ...["--send", "drawer", "--expect", "reward"],
  ]);
  assertEquals(code, 0);
});

Deno.test("under --json there are events and nothing else", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  const { code, stdout } = await script(await server.port(), "text", [
    ...[
      "--json",
      "--send",
      "abc",
      "--expect",
      "/c(b)a/",
      "--save",
      "X",
      "--send",
      "d",
      "--expect",
      "x",
    ],
    ...["--timeout", "300ms"],
  ]);
  assertEquals(code, 6);
  const told = toldBy({ code, stdout }).filter(({ event }) =>
    /^(message|matched|saved)$/.test(event)
  )
    .map(({ v: _v, at: _at, ...more }) => more);
  assertEquals(told, [
    { event: "message", text: "cba" },
    { event: "matched", step: 2, pattern: "/c(b)a/", text: "cba" },
    { event: "saved", name: "X", value: "b" },
    { event: "message", text: "d" },
  ]);
});

Deno.test("steps hear who says what, for programs, too", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  await using ben = connect(port, ["--name", "Ben"]);
  await server.sees("Ben", "stderr");
  const steps = ["--name", "Ada", "--json", "--expect", "Ben: hi"];
  await using ada = connect(port, steps);
  await ben.sees("Ada joined");
  await ben.type("hi\n");
  const told = toldBy(await ada.ended());
  const { from, text } = told.find(({ event }) => event === "message")!;
  assertEquals([from, text], ["Ben", "hi"]);
  assertEquals(told.find(({ event }) => event === "matched")?.text, "Ben: hi");
});

Deno.test("Ctrl-C ends a step that waits, with 130 and without a word", async () => {
  for (const steps of [["--expect", "x"], ["--wait", "1m"], ["--wait", "close"]]) {
    await using fake = new Fake(async (conn) => {
      await writeAll(conn, "hello\n");
      await readTo(conn, "never");
    });
    await using program = connect(fake.port, ["--dialect", "text", ...steps]);
    await program.sees("hello");
    program.signal("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [130, ""]);
  }
});

peerTest(["python3"], "the course's servers can be checked by steps", async () => {
  await using folder = await Folder.make({ "notes.txt": "some notes" });
  await using server = Program.python("seed002_server.py", ["0", folder.path]);
  const { code, stdout, stderr } = await script(await server.port(), "raw", [
    ...["--name", "Ada", "--expect", "Connected to the server successfully.", "--send", "hello"],
    ...[
      "--expect",
      "hello ACK",
      "--send",
      "list",
      "--expect",
      "notes.txt",
      "--send",
      "get notes.txt",
    ],
    ...["--expect", "/(.*)EOF/s", "--save", "NOTES", "--send", "exit", "--wait", "close", "-q"],
  ]);
  assertEquals([code, stdout, stderr], [0, "NOTES=some notes\n", ""]);
});

test("--reset is a real reset under TLS, a secret and a record cipher, too", async () => {
  await using folder = await Folder.make({ key: "correct horse", "cert/keep": "" });
  const cases: [string[], (fingerprint: string) => string[]][] = [
    [["--tls-self-signed"], (fingerprint) => ["--tls", "--fingerprint", fingerprint]],
    [["--secret-file", `${folder.path}/key`], () => ["--secret-file", `${folder.path}/key`]],
    [
      ["--cipher", "aes-gcm", "--key-file", `${folder.path}/key`],
      () => ["--cipher", "aes-gcm", "--key-file", `${folder.path}/key`],
    ],
  ];
  for (const [options, clientOptions] of cases) {
    await using server = Program.labwire(["echo-reverse", "127.0.0.1:0", ...options], {
      env: { LABWIRE_STATE: `${folder.path}/cert` },
    });
    const port = await server.port();
    const fingerprint = /sha256:[0-9a-f:]+/i.exec(server.stderr)?.[0] ?? "";
    const { promise: end, resolve } = Promise.withResolvers<string>();
    await using tap = new Fake(async (conn) => {
      using there = await Deno.connect({ hostname: "127.0.0.1", port });
      await Promise.allSettled([
        pass(conn, there).then(() => resolve("end"), (error) => resolve(error.name)),
        pass(there, conn),
      ]);
    });
    const { code, stdout, stderr } = await script(tap.port, "native", [
      ...clientOptions(fingerprint),
      ...["--send", "abc", "--expect", "cba", "--reset"],
    ]);
    assertEquals([code, stdout, stderr], [0, "cba\n", ""]);
    assertEquals(await end, "ConnectionReset");
  }
});
