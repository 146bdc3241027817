import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { createHash } from "node:crypto";
import { Site, THEN } from "./site.ts";

const JSON_ONLY = { Accept: "application/json" };

/** Names that stand for others in HTML, in URLs or in both; each is a plain name. */
const ODD = [
  "a b",
  "<script>alert(1)</script>.html".replace("/", "∕"),
  "'\"&amp;.txt",
  "%2e%2e%2fetc",
  "100%",
  "?a=b#c",
  "+;=@$,!*()[]{}|^`~",
  "javascript&colon;x",
  "日本語.txt",
  "עברית.txt",
  "🙂",
  "…",
  "-",
];

Deno.test("a folder is a page: folders first, sizes, times, and the way up", async () => {
  await using site = await Site.make({
    "lab/notes.txt": "x".repeat(2000),
    "lab/a.txt": "A",
    "lab/sub/deep.txt": "",
  });
  const response = await site.ask("/lab/");
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("Content-Type"), "text/html; charset=UTF-8");
  const page = await response.text();
  const links = Array.from(page.matchAll(/href="([^"]*)"/g), ([, link]) => link);
  assertEquals(links, ["../", "./sub/", "./a.txt", "./notes.txt"]);
  assertMatch(page, /notes\.txt<.*<td>1\.95 kiB<\/td><td>2020-02-02 20:20<\/td>/);
  assertStringIncludes(page, "<title>/lab/</title>");
  assertEquals((await (await site.ask("/")).text()).includes("../"), false);
});

Deno.test("nothing can run in a page, and its style is let through", async () => {
  await using site = await Site.make({ "a.txt": "A" });
  const response = await site.ask("/");
  const page = await response.text();
  const policy = response.headers.get("Content-Security-Policy")!;
  for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]) {
    assert(policy.split("; ").includes(part), part);
  }
  const style = /<style>([^]*)<\/style>/.exec(page)![1];
  const hash = createHash("sha256").update(style).digest("base64");
  assertStringIncludes(policy, `style-src 'sha256-${hash}'`);
  assertNotMatch(page, /<script| style=| on\w+=/);
  assertMatch(page, /color-scheme: light dark/);
});

Deno.test("every name is shown as it is, and its link leads to its file", async () => {
  await using site = await Site.make(Object.fromEntries(ODD.map((name) => [name, name])));
  const listing: { name: string }[] = await (await site.ask("/", JSON_ONLY)).json();
  assertEquals(listing.map(({ name }) => name).sort(), ODD.toSorted());
  const page = await (await site.ask("/")).text();
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  const shown: string[] = [];
  for (const [, link, html] of page.matchAll(/<a href="([^"]*)"><bdi>(.*?)<\/bdi><\/a>/g)) {
    const name = html.replace(/&(.*?);/g, (_, entity) => entities[entity]);
    shown.push(name);
    const { href, origin } = new URL(link, "http://labwire.test/");
    assertEquals(origin, "http://labwire.test");
    assertEquals(await (await site.ask(href.slice(origin.length))).text(), name);
  }
  assertEquals(shown.sort(), ODD.toSorted());
});

Deno.test("a program gets a folder as JSON", async () => {
  await using site = await Site.make({ "a.txt": "A", "run.sh": "", "sub/b": "" });
  await Deno.chmod(`${site.folder.path}/run.sh`, 0o755);
  await Deno.utime(`${site.folder.path}/sub`, THEN, THEN);
  const response = await site.ask("/", JSON_ONLY);
  assertEquals(response.headers.get("Content-Type"), "application/json");
  assertEquals(response.headers.get("Vary"), "Accept");
  const modified = THEN.toISOString();
  assertEquals(await response.json(), [
    { name: "sub", kind: "folder", modified },
    { name: "a.txt", kind: "file", size: 1, modified, executable: false },
    { name: "run.sh", kind: "file", size: 0, modified, executable: true },
  ]);
});

Deno.test("whoever takes pages gets one", async () => {
  await using site = await Site.make({});
  for (const Accept of ["*/*", "text/html,*/*;q=0.8", "image/png", "text/html;q=0.1, */*;q=0"]) {
    const response = await site.ask("/", { Accept });
    assertMatch(response.headers.get("Content-Type")!, /^text\/html/);
    await response.body?.cancel();
  }
});

Deno.test("ten thousand entries make one page, and one array", async () => {
  await using site = await Site.make({});
  const names = Array.from({ length: 10_000 }, (_, i) => `file-${i}.txt`).sort();
  for (const name of names) Deno.writeTextFileSync(`${site.folder.path}/${name}`, "");
  const listing: { name: string }[] = await (await site.ask("/", JSON_ONLY)).json();
  assertEquals(listing.map(({ name }) => name), names);
  const page = await (await site.ask("/")).text();
  assertEquals(page.split("<tr><td><a ").length - 1, names.length);
});

Deno.test("a folder without its slash is a redirect, and never to another host", async () => {
  await using site = await Site.make({ "sub/a b/c.txt": "C", "evil.test/x": "" });
  for (
    const [path, location] of [
      ["/sub", "./sub/"],
      ["/sub/a%20b", "./a%20b/"],
      ["/sub?download", "./sub/"],
      ["/evil.test", "./evil.test/"],
    ]
  ) {
    const response = await site.ask(path);
    assertEquals([response.status, response.headers.get("Location")], [302, location]);
  }
  for (const path of ["//evil.test", "//evil.test/", "/\\evil.test", "/%5cevil.test"]) {
    const response = await site.answer(
      { method: "GET", url: `http://labwire.test${path}`, headers: new Headers() } as Request,
      "",
    );
    assertEquals([response.status, response.headers.get("Location")], [404, null]);
  }
});

Deno.test("what is not in the share is not found, and not repeated", async (t) => {
  await using site = await Site.make({ "share/a.txt": "A", "share/.hidden": "secret" });
  const { path } = site.folder;
  await Deno.symlink(`${path}/share/a.txt`, `${path}/link`);
  await Deno.mkdir(`${path}/.git`);
  for (
    const target of [
      "/none",
      "/none/",
      "/<b>none",
      "/share/none/a.txt",
      "/share/a.txt/",
      "/share/a.txt/b",
      "/share//a.txt",
      "/share/.hidden",
      "/share/%2ehidden",
      "/.git",
      "/.git/",
      "/link",
      "/share%2fa.txt",
      "/share%5ca.txt",
      "/share\\a.txt",
      "/share/a.txt%00",
      "/share/a.txt%20",
      "/share/a.txt.",
      "/share/a.txt%0a",
      "/share/%1b[2J",
      "/share/%e2%80%ae",
      "/share/../share/a.txt",
      "/share/%2e%2e/share/a.txt",
      "/share/./a.txt",
      "/./share/",
      "/../../../../etc/passwd",
      "/%252e%252e/",
      "/C:/",
      "/" + "a/".repeat(100),
      "/" + "a".repeat(5000),
    ]
  ) {
    await t.step(target.slice(0, 60), async () => {
      // Not by `new Request`, which resolves dots.
      const request = {
        method: "GET",
        url: `http://labwire.test${target}`,
        headers: new Headers(),
      };
      const response = await site.answer(request as Request, "");
      assertEquals(response.status, 404);
      assertEquals(await response.text(), "There is no such file or folder.\n");
      assertEquals(response.headers.get("Content-Type"), "text/plain; charset=UTF-8");
      assertEquals(response.headers.get("X-Content-Type-Options"), "nosniff");
    });
  }
  assertEquals(site.folder.open(), []);
});

Deno.test("a path that is not well encoded is a bad request", async () => {
  await using site = await Site.make({ "a%.txt": "A" });
  for (const path of ["/a%.txt", "/%", "/%zz", "/%ff", "/%c0%af", "/%ed%a0%80", "/x/%e0%80/y"]) {
    const response = await site.ask(path);
    assertEquals([path, response.status], [path, 400]);
    await response.body?.cancel();
  }
  assertEquals(await (await site.ask("/a%25.txt")).text(), "A");
});

Deno.test("a query changes nothing about what is found", async () => {
  await using site = await Site.make({ "a.txt": "A" });
  assertEquals(await (await site.ask("/a.txt?v=/../b&%zz")).text(), "A");
  assertEquals((await site.ask("/?C=M;O=A")).status, 200);
});

Deno.test("nothing but GET and HEAD is served", async () => {
  await using site = await Site.make({ "a.txt": "A" });
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]) {
    const response = await site.ask("/a.txt", {}, method);
    assertEquals([response.status, response.headers.get("Allow")], [405, "GET, HEAD"]);
    await response.body?.cancel();
  }
  assertEquals(await Deno.readTextFile(`${site.folder.path}/a.txt`), "A");
});
