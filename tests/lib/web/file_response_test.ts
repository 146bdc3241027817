import { parse } from "content-disposition";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { BLOCK_BYTES, WEB_CHUNK_BYTES } from "../../../lib/base/limits.ts";
import type { Source } from "../../../lib/files/source.ts";
import { preconditionStatus, validatorsOf } from "../../../lib/web/validators.ts";
import { Site, THEN } from "./site.ts";

const DIGITS = "0123456789";
const MODIFIED = "Sun, 02 Feb 2020 20:20:20 GMT";

/** The tag of a file, by which it is asked for again. */
async function tagOf(site: Site, path: string): Promise<string> {
  return (await site.ask(path, {}, "HEAD")).headers.get("ETag")!;
}

Deno.test("a file comes whole, with what it takes to ask for it again", async () => {
  await using site = await Site.make({ "a.txt": DIGITS });
  const response = await site.ask("/a.txt");
  assertEquals(response.status, 200);
  const { etag, ...rest } = Object.fromEntries(response.headers);
  assertMatch(etag, /^"[\w-]{22}"$/);
  assertEquals(rest, {
    "accept-ranges": "bytes",
    "cache-control": "no-cache",
    "content-disposition": "inline; filename=a.txt",
    "content-length": "10",
    "content-security-policy": "sandbox",
    "content-type": "text/plain; charset=UTF-8",
    "cross-origin-resource-policy": "same-origin",
    "last-modified": MODIFIED,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  assertEquals(await response.text(), DIGITS);
  assertEquals(site.folder.open(), []);
});

Deno.test("HEAD says what GET would, and opens nothing for longer", async () => {
  await using site = await Site.make({ "a.txt": DIGITS });
  const head = await site.ask("/a.txt", { Range: "bytes=0-1" }, "HEAD");
  const whole = await site.ask("/a.txt");
  assertEquals(Object.fromEntries(head.headers), Object.fromEntries(whole.headers));
  assertEquals([head.status, head.body], [200, null]);
  await whole.body?.cancel();
  assertEquals(site.folder.open(), []);
});

Deno.test("a range comes as a part, across blocks, too", async () => {
  const bytes = new Uint8Array(2 * BLOCK_BYTES + 100).map((_, i) => i % 251);
  await using site = await Site.make({ "b.bin": bytes });
  const ranges = [[0, 0], [BLOCK_BYTES - 1, BLOCK_BYTES], [5, 2 * BLOCK_BYTES + 5], [
    2 * BLOCK_BYTES,
    2 * BLOCK_BYTES + 99,
  ]];
  for (const [first, last] of ranges) {
    const response = await site.ask("/b.bin", { Range: `bytes=${first}-${last}` });
    assertEquals(response.status, 206);
    assertEquals(
      response.headers.get("Content-Range"),
      `bytes ${first}-${last}/${bytes.length}`,
    );
    assertEquals(response.headers.get("Content-Length"), `${last - first + 1}`);
    assertEquals(await response.bytes(), bytes.slice(first, last + 1));
  }
  assertEquals(site.folder.open(), []);
});

Deno.test("a range that is not there is refused, with the size of the file", async () => {
  await using site = await Site.make({ "a.txt": DIGITS });
  const response = await site.ask("/a.txt", { Range: "bytes=10-" });
  assertEquals(response.status, 416);
  assertEquals(response.headers.get("Content-Range"), "bytes */10");
  assertEquals(await response.text(), "The file has no such bytes.\n");
  assertEquals(site.folder.open(), []);
});

Deno.test("several ranges get the whole file, and all of a file may be a range", async () => {
  await using site = await Site.make({ "a.txt": DIGITS, "empty": "" });
  for (const [status, range] of [[200, "bytes=0-1,4-5"], [206, "bytes=0-"], [206, "bytes=-10"]]) {
    const response = await site.ask("/a.txt", { Range: `${range}` });
    assertEquals([response.status, await response.text()], [status, DIGITS]);
  }
  const empty = await site.ask("/empty");
  assertEquals([empty.headers.get("Content-Length"), await empty.text()], ["0", ""]);
  assertEquals(site.folder.open(), []);
});

Deno.test("preconditions are heard in the order of RFC 9110", async (t) => {
  await using site = await Site.make({ "a.txt": DIGITS });
  const tag = await tagOf(site, "/a.txt");
  const before = "Sun, 02 Feb 2020 20:20:19 GMT", after = "Sun, 02 Feb 2020 20:20:21 GMT";
  const cases: [status: number, headers: Record<string, string>][] = [
    [200, { "If-Match": tag }],
    [200, { "If-Match": `"other", ${tag}` }],
    [200, { "If-Match": "*" }],
    [412, { "If-Match": '"other"' }],
    [412, { "If-Match": `W/${tag}` }],
    [412, { "If-Match": '"other"', "If-None-Match": tag }],
    [200, { "If-Match": tag, "If-Unmodified-Since": before }],
    [200, { "If-Unmodified-Since": MODIFIED }],
    [200, { "If-Unmodified-Since": after }],
    [412, { "If-Unmodified-Since": before }],
    [200, { "If-Unmodified-Since": "yesterday" }],
    [304, { "If-None-Match": tag }],
    [304, { "If-None-Match": `"other", W/${tag}` }],
    [304, { "If-None-Match": "*" }],
    [200, { "If-None-Match": '"other"' }],
    [200, { "If-None-Match": '"other"', "If-Modified-Since": after }],
    [304, { "If-Modified-Since": MODIFIED }],
    [304, { "If-Modified-Since": after }],
    [304, { "If-Modified-Since": "Sunday, 02-Feb-20 20:20:20 GMT" }],
    [304, { "If-Modified-Since": "Sun Feb  2 20:20:20 2020" }],
    [200, { "If-Modified-Since": before }],
    [200, { "If-Modified-Since": "soon" }],
    [304, { "If-None-Match": tag, "Range": "bytes=99-" }],
    [412, { "If-Match": '"other"', "Range": "bytes=99-" }],
  ];
  for (const [status, headers] of cases) {
    for (const method of ["GET", "HEAD"]) {
      await t.step(`${method} ${JSON.stringify(headers)}`, async () => {
        const response = await site.ask("/a.txt", headers, method);
        assertEquals(response.status, status);
        if (status === 304) {
          assertEquals([response.body, response.headers.get("ETag")], [null, tag]);
        }
        await response.body?.cancel();
        assertEquals(site.folder.open(), []);
      });
    }
  }
});

Deno.test("a part is sent only to who has the other part of the same file", async (t) => {
  await using site = await Site.make({ "a.txt": DIGITS });
  const tag = await tagOf(site, "/a.txt");
  const cases: [status: number, condition: string][] = [
    [206, tag],
    [206, MODIFIED],
    [200, '"other"'],
    [200, `W/${tag}`],
    [200, "Sun, 02 Feb 2020 20:20:21 GMT"],
    [200, "Sun, 02 Feb 2020 20:20:19 GMT"],
    [200, "*"],
  ];
  for (const [status, condition] of cases) {
    await t.step(condition, async () => {
      const response = await site.ask("/a.txt", { "Range": "bytes=4-", "If-Range": condition });
      assertEquals(response.status, status);
      assertEquals(await response.text(), status === 206 ? "456789" : DIGITS);
    });
  }
});

Deno.test("a file that was changed moments ago is not recognized byte for byte", async () => {
  await using site = await Site.make({ "a.txt": "old" });
  const path = `${site.folder.path}/a.txt`;
  const old = await tagOf(site, "/a.txt");
  await Deno.writeTextFile(path, "new");
  const response = await site.ask("/a.txt");
  const tag = response.headers.get("ETag")!, modified = response.headers.get("Last-Modified")!;
  assertMatch(tag, /^W\//);
  assertNotEquals(tag.replace("W/", ""), old);
  assertEquals(await response.text(), "new");
  for (const condition of [tag, tag.replace("W/", ""), modified]) {
    const part = await site.ask("/a.txt", { "Range": "bytes=1-", "If-Range": condition });
    assertEquals([part.status, await part.text()], [200, "new"]);
  }
  assertEquals((await site.ask("/a.txt", { "If-Match": tag })).status, 412);
  assertEquals((await site.ask("/a.txt", { "If-Match": "*" }, "HEAD")).status, 200);
  assertEquals((await site.ask("/a.txt", { "If-None-Match": tag })).status, 304);
});

Deno.test("a copy from moments after a change is not taken for the file later", () => {
  const source = { version: "1-2-3-4", modified: 1 } as Source;
  const fresh = validatorsOf({ ...source, settled: false } as Source);
  const settled = validatorsOf({ ...source, settled: true } as Source);
  assertNotEquals(fresh.etag, `W/${settled.etag}`);
  const headers = { "If-None-Match": fresh.etag };
  const request = new Request("http://labwire.test/", { headers });
  assertEquals(preconditionStatus(request, fresh), 304);
  assertEquals(preconditionStatus(request, settled), undefined);
});

Deno.test("a time that is no date, or that has not come, is no failure", async () => {
  await using site = await Site.make({ "a.txt": "A" });
  for (const time of [8e15, 1e11, -1e11]) {
    await Deno.utime(`${site.folder.path}/a.txt`, time, time).catch(() => {});
    const { status, headers } = await site.ask("/a.txt", {}, "HEAD");
    assertEquals(status, 200);
    assert(Date.parse(headers.get("Last-Modified")!) <= Date.now());
    const listing = await site.ask("/", { Accept: "application/json" });
    assert(!Number.isNaN(Date.parse((await listing.json())[0].modified)));
  }
});

Deno.test("a media type is told by the name, and text says its encoding", async (t) => {
  const types: Record<string, string> = {
    "a.html": "text/html; charset=UTF-8",
    "a.HTML": "text/html; charset=UTF-8",
    "a.css": "text/css; charset=UTF-8",
    "a.json": "application/json; charset=UTF-8",
    "a.py": "text/plain; charset=UTF-8",
    "a.b.ts": "text/plain; charset=UTF-8",
    "a.png": "image/png",
    "a.svg": "image/svg+xml",
    "a.pdf": "application/pdf",
    "a.gz": "application/gzip",
    "README": "application/octet-stream",
    "txt": "application/octet-stream",
    "a.constructor": "application/octet-stream",
    "a.__proto__": "application/octet-stream",
    'a.html"': "application/octet-stream",
  };
  await using site = await Site.make(Object.fromEntries(Object.keys(types).map((n) => [n, "x"])));
  for (const [name, type] of Object.entries(types)) {
    await t.step(name, async () => {
      const response = await site.ask(`/${encodeURIComponent(name)}`, {}, "HEAD");
      assertEquals(response.headers.get("Content-Type"), type);
    });
  }
});

Deno.test("a file is saved by its name, whatever that is", async (t) => {
  const names = [
    "Zoë b.txt",
    'a";x=1.txt',
    "50%25.txt",
    "日本語.pdf",
    "it's (1).png",
    "🙂",
    "a,b;c",
  ];
  await using site = await Site.make(Object.fromEntries(names.map((name) => [name, "x"])));
  for (const name of names) {
    await t.step(name, async () => {
      for (const [query, type] of [["", "inline"], ["?download", "attachment"]]) {
        const { headers } = await site.ask(`/${encodeURIComponent(name)}${query}`, {}, "HEAD");
        const header = headers.get("Content-Disposition")!;
        assertMatch(header, /^[\x20-\x7e]+$/);
        const parsed = parse(header);
        assertEquals([parsed.type, parsed.parameters.filename], [type, name]);
      }
    });
  }
});

Deno.test("a file that grows is sent as long as it was", async () => {
  await using site = await Site.make({ "b.bin": new Uint8Array(BLOCK_BYTES + 1) });
  const response = await site.ask("/b.bin");
  await Deno.writeFile(`${site.folder.path}/b.bin`, new Uint8Array(9), { append: true });
  assertEquals((await response.bytes()).length, BLOCK_BYTES + 1);
  assertEquals(site.folder.open(), []);
});

Deno.test("an answer breaks off when its file becomes shorter, or another one", async (t) => {
  for (const [what, size] of [["shorter", 5], ["another one", 3 * BLOCK_BYTES]] as const) {
    await t.step(what, async () => {
      await using site = await Site.make({ "b.bin": new Uint8Array(3 * BLOCK_BYTES) });
      const reader = (await site.ask("/b.bin")).body!.getReader();
      assertEquals((await reader.read()).value?.length, WEB_CHUNK_BYTES);
      await Deno.writeFile(`${site.folder.path}/b.bin`, new Uint8Array(size).fill(1));
      await assertRejects(async () => {
        while (!(await reader.read()).done);
      });
      assertEquals(site.folder.open(), []);
    });
  }
});

Deno.test("a body reads nothing before it is asked, and closes its file when it is cancelled", async () => {
  await using site = await Site.make({ "b.bin": new Uint8Array(3 * BLOCK_BYTES) });
  for (const reads of [0, 1, 3]) {
    const { body } = await site.ask("/b.bin");
    assertEquals(site.folder.open(), ["b.bin"]);
    const reader = body!.getReader();
    for (let n = 0; n < reads; n++) await reader.read();
    await reader.cancel();
    assertEquals(site.folder.open(), []);
  }
});

Deno.test("a body that is cancelled while it reads closes its file, too", async () => {
  await using site = await Site.make({ "b.bin": new Uint8Array(3 * BLOCK_BYTES) });
  const reader = (await site.ask("/b.bin")).body!.getReader();
  const read = reader.read();
  await reader.cancel();
  await read;
  await site.closed();
});

Deno.test("the time of the files is the one the tests speak of", () => {
  assertEquals(THEN.toUTCString(), MODIFIED);
});
