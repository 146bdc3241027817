/**
 * Generated names, asked of the web side of a real port as raw requests: what is not in the share
 * never comes back.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { concat } from "../../support/feed.ts";
import { Program } from "../../support/program.ts";
import { Bait, PUBLIC, SECRET, VISIBLE } from "../support/bait.ts";
import { hostileNames } from "../support/hostile_names.ts";
import { RawHttp } from "../support/raw_http.ts";

const NAMES = hostileNames({ depth: 2, sampled: 3000 });
const OVERLONG = ["%c0%ae", "%c0%2e", "%e0%80%ae", "%uff0e", "\xc0\xae", "\xe0\x80\xae"];
const SLASHES = ["/", "%2f", "%c0%af", "\xc0\xaf", "\\", "%5c"];

/** Targets as they stand in a request: the name as it is, encoded once, and encoded twice. */
function* targets(): Generator<string> {
  for (const name of NAMES) {
    yield `/${name}`;
    if (encodeURIComponent(name) !== name) yield `/${encodeURIComponent(name)}`;
    yield `/${encodeURIComponent(encodeURIComponent(name))}`;
    if (name.length % 4 === 0) yield `http://127.0.0.1/${name}`;
    if (name.length % 4 === 1) yield name;
  }
  for (const dots of OVERLONG) {
    for (const slash of SLASHES) {
      for (const above of ["", "sub/", "sub/deeper/"]) {
        yield `/${above}${(dots + dots + slash).repeat(3)}secret.txt`;
        yield `/${above}link${slash}secret.txt${dots}`;
      }
    }
  }
}

Deno.test("no generated target of HTTP leads out of the share", async () => {
  using bait = new Bait({ toRoot: true });
  await using server = Program.labwire(["fileserver", bait.share, "127.0.0.1:0"]);
  const port = await server.port();
  const all = [...targets()];
  assert(all.length > 7000, `${all.length}`);
  const seen = new Map<number, number>();
  const ask = async (lane: number) => {
    using http = new RawHttp(port);
    for (let i = lane; i < all.length; i += 8) {
      const { status, head, body } = await http.get(all[i], (i >> 3) % 5 === 4 ? "HEAD" : "GET");
      check(all[i], status, head, body);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, lane) => ask(lane)));
  for (const status of [200, 302, 400, 404]) {
    assert(seen.has(status), `${status} is not among ${[...seen]}`);
  }
  bait.check();
  assertEquals(server.stderr.includes("failed"), false);
});

function check(target: string, status: number, head: string, body: string): void {
  const what = `${JSON.stringify(target)}: ${status} ${head}\n${body}`;
  assert([200, 302, 400, 404].includes(status), what);
  for (const hidden of [SECRET, "config", "kept.txt", "root:"]) {
    assert(!body.includes(hidden), what);
  }
  if (status === 302) assertMatch(head, /^location: \.\/sub\/$/im, what);
  if (status !== 200 || body === "" || body.startsWith(PUBLIC)) return;
  const names = Array.from(body.matchAll(/<bdi>([^</]+)<\/bdi>/g), ([, name]) => name);
  assert(Object.values(VISIBLE).some((some) => `${some}` === `${names.sort()}`), what);
}

Deno.test("what is no target at all is refused, and the port goes on", async () => {
  using bait = new Bait({ toRoot: true });
  await using server = Program.labwire(["fileserver", bait.share, "127.0.0.1:0"]);
  using http = new RawHttp(await server.port());
  const lines = ["GET  HTTP/1.1", "GET  / HTTP/1.1", "GET / / HTTP/1.1", "GET \0 HTTP/1.1"];
  for (
    const line of [...lines, "GET ../secret.txt HTTP/1.1", "GET * HTTP/1.1", "PUT /x HTTP/1.1"]
  ) {
    const { status, body } = await http.ask(concat([new TextEncoder().encode(line)]));
    assert([400, 404, 405].includes(status), `${line}: ${status} ${body}`);
  }
  const { status, body } = await http.get("/inside.txt");
  assertEquals([status, body], [200, `${PUBLIC} share/inside.txt`]);
  bait.check();
});
