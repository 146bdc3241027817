/**
 * A browser, or a scanner, that speaks HTTP: no page must be able to speak in the room.
 *
 * @module
 */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Folder } from "../e2e/support/lab.ts";
import { Program } from "../support/program.ts";
import { amongHonest } from "./support/honest.ts";

const BODY = "/nick Eve\nI came by way of a browser\n";

/** Requests, whole. */
const REQUESTS: [string, string][] = [
  ["GET", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["an old GET", "GET /index.html HTTP/1.0\n\n"],
  ["POST with chat in its body", `POST / HTTP/1.1\r\nContent-Length: 37\r\n\r\n${BODY}`],
  ["GET with a long path", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n${BODY}`],
  ["OPTIONS", "OPTIONS * HTTP/1.1\r\nOrigin: http://evil.example\r\n\r\n"],
];

for (const [what, request] of REQUESTS) {
  Deno.test(`serve answers ${what} with status 400, and relays nothing of it`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
      using witness = await scene.connect();
      await witness.send("here\n");
      await scene.server.sees("connected as Client 5", "stderr");
      using browser = await scene.connect();
      await browser.send(request);
      const received = await browser.sawEnd();
      assertMatch(received, /^HTTP\/1\.1 400 Bad Request\r\n(.+\r\n)+\r\n.*labwire server.*\n$/m);
      await browser.close();
      await scene.server.sees(/Rejecting 127\.0\.0\.1:\d+: this is no web server/, "stderr");
      await witness.send("/who\n");
      await witness.sees("guest5\n");
      assertNotMatch(witness.received, /HTTP|browser|Eve|guest6/);
      await witness.close();
    });
  });
}

Deno.test("fetch gets status 400 from serve", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    const response = await fetch(`http://127.0.0.1:${scene.port}/`, { method: "POST", body: BODY });
    assertEquals(response.status, 400);
    assertMatch(await response.text(), /^This is a labwire server: this is no web server/);
  });
});

Deno.test("a server answers browsers where it has files for everybody, in clear, in any dialect", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  const sealed = ["--cipher", "vigenere", "--key", "LEMON"];
  const servers: [number, string[]][] = [
    [200, ["fileserver", shared.path]],
    [200, ["fileserver", shared.path, "--writable"]],
    [200, ["serve", "--files", shared.path]],
    [200, ["serve", "--files", shared.path, "--mode", "log"]],
    [400, ["fileserver", shared.path, "--no-http"]],
    [400, ["fileserver", shared.path, "--dropbox"]],
    [400, ["fileserver", shared.path, ...sealed]],
    [400, ["fileserver", shared.path, "--dialect", "native"]],
    [400, ["serve", "--files", shared.path, "--no-http"]],
    [400, ["serve", "--files", shared.path, "--dropbox"]],
    [400, ["serve", "--files", shared.path, ...sealed]],
  ];
  for (const [status, [command, ...args]] of servers) {
    const folder = command === "fileserver" ? [args.shift()!] : [];
    await using server = Program.labwire([command, ...folder, "127.0.0.1:0", ...args]);
    const url = `http://127.0.0.1:${await server.port()}/a.txt`;
    const response = await fetch(url, { headers: { Connection: "close" } });
    const body = await response.text();
    assertEquals([response.status, body === "hello"], [status, status === 200], `${args}`);
    if (status === 400) assertMatch(body, /^This is a labwire server: /);
    const post = await fetch(url, { method: "POST", body: "/nick Eve\n" });
    assertMatch(await post.text(), status === 400 ? /labwire server/ : /^(?!hello)/);
    assertEquals(post.status, status === 400 ? 400 : 405);
  }
  assertEquals(shared.names(), ["a.txt"]);
});
