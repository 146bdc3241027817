import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BLOCK_BYTES, TARGET_CHARACTERS } from "../../../lib/base/limits.ts";
import { Gate, within } from "../../../lib/base/tasks.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { type Handle, WebFront } from "../../../lib/web/front.ts";
import { bytesOf } from "../../support/feed.ts";
import { Peer } from "../../support/peer.ts";
import { Site, WebService } from "./site.ts";

const GET = (target: string, more = "") => `GET ${target} HTTP/1.1\r\nHost: labwire\r\n${more}\r\n`;

Deno.test("a client that ends its side with its request gets its answer, and the end", async () => {
  await using site = await Site.make({ "a.txt": "A\n" });
  await using web = new WebService(site.answer);
  using peer = await Peer.connect(web.port);
  await peer.send("GET /a.txt HTTP/1.0\r\n\r\n");
  await peer.endSending();
  assertMatch(await peer.sawEnd(), /^HTTP\/1\.0 200 OK\r\n[^]*\r\n\r\nA\n$/);
});

Deno.test("an answer that takes a while still finds a client that has ended its side", async () => {
  const asked = new Gate(), ready = new Gate();
  await using web = new WebService(async () => {
    asked.open();
    await ready.pass(20_000);
    return new Response("late");
  });
  using peer = await Peer.connect(web.port);
  await peer.send("GET / HTTP/1.0\r\n\r\n");
  await peer.endSending();
  await asked.pass(20_000);
  ready.open();
  assertMatch(await peer.sawEnd(), /late$/);
});

Deno.test("a client that keeps its connection and ends its side is let go", async () => {
  await using site = await Site.make({ "a.txt": "A\n" });
  await using web = new WebService(site.answer);
  using peer = await Peer.connect(web.port);
  await peer.send(GET("/a.txt"));
  await peer.endSending();
  assertMatch(await peer.sawEnd(), /A\n$/);
});

Deno.test("requests follow each other on one connection, sent one by one or all at once", async () => {
  await using site = await Site.make({ "a.txt": "is A", "b.txt": "is B" });
  await using web = new WebService(site.answer);
  using peer = await Peer.connect(web.port);
  await peer.send(GET("/a.txt") + GET("/none") + GET("/b.txt", "Range: bytes=3-\r\n"));
  await peer.sees(/is A[^]*There is no such[^]*206 Partial[^]*\r\n\r\nB$/);
  await peer.send(GET("/b.txt"));
  await peer.sees("is B");
  await peer.send(GET("/a.txt", "Connection: close\r\n"));
  assertMatch(await peer.sawEnd(), /is A$/);
  assertEquals(web.log.map((line) => line.replace(/:\d+/, "")), [
    '127.0.0.1 "GET /a.txt" 200',
    '127.0.0.1 "GET /none" 404',
    '127.0.0.1 "GET /b.txt" 206',
    '127.0.0.1 "GET /b.txt" 200',
    '127.0.0.1 "GET /a.txt" 200',
  ]);
});

Deno.test("a request that comes in pieces is answered when it is whole", async () => {
  await using site = await Site.make({ "a.txt": "is A" });
  await using web = new WebService(site.answer);
  using peer = await Peer.connect(web.port);
  for (const piece of GET("/a.txt", "Connection: close\r\n")) await peer.send(piece);
  assertMatch(await peer.sawEnd(), /is A$/);
});

Deno.test("the port behind the pipes answers nobody else", async () => {
  await using site = await Site.make({ "a.txt": "A" });
  await using web = new WebService(site.answer);
  const response = await fetch(`http://127.0.0.1:${web.front.port}/a.txt`);
  assertEquals(response.status, 403);
  assertEquals(await response.text(), "This port serves nobody but labwire itself.\n");
  assertMatch(web.log[0], /^127\.0\.0\.1:\d+ "GET \/a\.txt" 403$/);
});

Deno.test("no path leads out of the share, however it is written", async () => {
  await using site = await Site.make({ "secret.txt": "secret", "share/a.txt": "A" });
  await using inner = await Site.make({ "sub/a.txt": "A", ".hidden": "secret" });
  await Deno.symlink(site.folder.path, `${inner.folder.path}/link`);
  await using web = new WebService(inner.answer);
  const up = ["..", "%2e%2e", ".%2e", "%2E.", "%252e%252e", "..%00", "...", "..;", "%c0%ae%c0%ae"];
  const slash = ["/", "%2f", "\\", "%5c", "//", "/./", "%252f", "%c0%af"];
  const name = site.folder.path.slice(site.folder.path.lastIndexOf("/") + 1);
  const targets = up.flatMap((dots) =>
    slash.flatMap((between) => [
      `/${dots}${between}${name}${between}secret.txt`,
      `/sub${between}${dots}${between}${dots}${between}${name}${between}secret.txt`,
      `http://other/${dots}${between}${name}${between}secret.txt`,
    ])
  );
  targets.push(`//${site.folder.path}/secret.txt`, `file://${site.folder.path}/secret.txt`);
  targets.push("/link/secret.txt", "/link", "/link/", "/.hidden", "/sub/../.hidden", "/%2ehidden");
  for (const target of targets) {
    using peer = await Peer.connect(web.port);
    await peer.send(GET(target, "Connection: close\r\n"));
    assertMatch(await peer.sawEnd(), /^HTTP\/1\.1 (400|404) (?!.*secret)/s, target);
  }
  assertEquals([site.folder.open(), inner.folder.open()], [[], []]);
});

Deno.test("a target in absolute form is found, and a host cannot make it lead elsewhere", async () => {
  await using site = await Site.make({ "a.txt": "is A" });
  await using web = new WebService(site.answer);
  for (
    const request of [
      "GET http://labwire/a.txt HTTP/1.0\r\n\r\n",
      "GET /a.txt HTTP/1.0\r\nHost: other:99\r\n\r\n",
      "GET /a.txt HTTP/1.1\r\nConnection: close\r\n\r\n",
    ]
  ) {
    using peer = await Peer.connect(web.port);
    await peer.send(request);
    assertMatch(await peer.sawEnd(), /200 OK[^]*is A$/);
  }
  using odd = await Peer.connect(web.port);
  await odd.send("GET /a.txt HTTP/1.0\r\nHost: x/../../etc/passwd?\r\n\r\n");
  assertMatch(await odd.sawEnd(), /40[034] /);
});

Deno.test("other methods are refused, an upload on its way included", async (t) => {
  await using site = await Site.make({ "a.txt": "A" });
  await using web = new WebService(site.answer);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]) {
    await t.step(method, async () => {
      using peer = await Peer.connect(web.port);
      const target = method === "CONNECT" ? "labwire:80" : "/a.txt";
      await peer.send(`${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n`);
      if (method === "PUT") await peer.send(new Uint8Array(1_000_000)).catch(() => {});
      assertMatch(await peer.sees("\r\n\r\nOnly"), /^HTTP\/1\.1 405 [^]*\r\nAllow: GET, HEAD\r\n/i);
      await peer.endSending().catch(() => {});
    });
  }
  assertEquals(await Deno.readTextFile(`${site.folder.path}/a.txt`), "A");
});

Deno.test("what is no HTTP is told so, and the connection ends", async () => {
  await using site = await Site.make({});
  await using web = new WebService(site.answer);
  for (const words of ["GET nowhere HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno header\r\n\r\n"]) {
    using peer = await Peer.connect(web.port);
    await peer.send(words);
    assertMatch(await peer.sawEnd(), /^HTTP\/1\.1 400 /);
  }
});

Deno.test("a line of the log is one line, harmless and not long", async () => {
  await using site = await Site.make({});
  await using web = new WebService(site.answer);
  for (const target of ["/\u202egpj.exe", "/\u0085x", `/${"x".repeat(TARGET_CHARACTERS)}`]) {
    using peer = await Peer.connect(web.port);
    await peer.send(`GET ${target} HTTP/1.0\r\n\r\n`);
    await peer.sawEnd();
  }
  assertEquals(web.log.map((line) => line.replace(/^127.0.0.1:\d+ /, "")), [
    '"GET /<U+202E>gpj.exe" 404',
    '"GET /<U+0085>x" 404',
    `"GET /${"x".repeat(TARGET_CHARACTERS - 1)}…" 404`,
  ]);
});

Deno.test("a handler that throws is answered for, and the next request is served", async () => {
  let calls = 0;
  await using web = new WebService((request) => {
    if (calls++ > 0) return Promise.resolve(new Response(`fine: ${request.method}`));
    return Promise.reject(new RangeError("a bug\nin two lines"));
  });
  const failed = await fetch(web.url), fine = await fetch(web.url);
  assertEquals([failed.status, await failed.text()], [500, "The server failed.\n"]);
  assertEquals(await fine.text(), "fine: GET");
  assertEquals(web.log[0], "A web request failed: a bug in two lines");
  assertMatch(web.log[1], /"GET \/" 500$/);
});

Deno.test("an answer whose file becomes shorter breaks off, and the log has it", async () => {
  await using site = await Site.make({});
  const path = `${site.folder.path}/big.bin`;
  await Deno.writeFile(path, new Uint8Array());
  await Deno.truncate(path, 256 * BLOCK_BYTES);
  await using web = new WebService(site.answer);
  const response = await fetch(`${web.url}/big.bin`);
  const reader = response.body!.getReader();
  await reader.read();
  await Deno.truncate(path, 5);
  const error = await (async () => {
    while (!(await reader.read()).done);
  })().catch((error) => error);
  assert(error instanceof Error);
  await site.closed();
  assertStringIncludes(web.log.join(), "it has become shorter");
});

Deno.test("clients that leave in the middle of a file leave no file open", async () => {
  await using site = await Site.make({});
  const path = `${site.folder.path}/big.bin`;
  await Deno.writeFile(path, new Uint8Array());
  await Deno.truncate(path, 1024 * BLOCK_BYTES);
  await using web = new WebService(site.answer);
  for (let n = 0; n < 20; n++) {
    using peer = await Peer.connect(web.port);
    await peer.send(GET("/big.bin"));
    if (n % 3 > 0) await peer.sees("\r\n\r\n");
    if (n % 3 > 1) await peer.endSending();
  }
  await site.closed();
});

const ENDS: [what: string, end: (web: WebService) => unknown][] = [
  ["the signal", (web) => web.service.cut()],
  ["a front that is disposed of", (web) => web.front[Symbol.asyncDispose]()],
];

for (const [what, end] of ENDS) {
  Deno.test(`${what} ends connections at once, whatever they wait for`, async (t) => {
    for (const target of ["/idle", "/hanging", "/endless"]) {
      await t.step(target, async () => {
        const asked = new Gate();
        await using web = new WebService(waiting(asked));
        using peer = await Peer.connect(web.port);
        await peer.send(GET(target));
        await asked.pass(20_000);
        if (target === "/idle") await peer.sees(/idle$/);
        await end(web);
        await peer.sawEnd();
      });
    }
  });
}

Deno.test("a front that is disposed of lets go of a client that takes nothing", async () => {
  const asked = new Gate();
  const front = WebFront.start(waiting(asked), () => {});
  const [client, server] = memoryPair(1);
  const serving = front.serve(new Connection(server), "peer:1", new AbortController().signal);
  const request = bytesOf(GET("/endless"));
  for (let at = 0; at < request.length;) at += await client.write(request.subarray(at));
  await client.read(new Uint8Array(1));
  await front[Symbol.asyncDispose]();
  await within(20_000, serving, () => new Error("the pipe goes on"));
});

/** Answers that last: one that is over, one that never comes, and one that never ends. */
function waiting(asked: Gate): Handle {
  return async (request) => {
    asked.open();
    if (request.url.endsWith("/idle")) return new Response("idle");
    if (request.url.endsWith("/hanging")) {
      const { promise, resolve } = Promise.withResolvers<void>();
      request.signal.addEventListener("abort", () => resolve());
      await promise;
    }
    const body = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(BLOCK_BYTES)) });
    return new Response(body);
  };
}
