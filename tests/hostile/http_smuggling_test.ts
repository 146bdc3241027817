/**
 * An attacker whose HTTP requests end in two places at once, to have an answer go to somebody else.
 *
 * @module
 */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { Folder } from "../e2e/support/lab.ts";
import { Mob } from "./support/attack.ts";
import type { Scene } from "./support/honest.ts";
import { RawHttp } from "./support/raw_http.ts";
import { besiege } from "./support/siege.ts";

/** The request that is hidden in another; MARK is another in each. */
const HIDDEN = "GET /MARK-hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";
const CHUNKED = `0\r\n\r\n${HIDDEN}`;

/** Requests of unclear length; what follows their first line and `Host`. */
const UNCLEAR: string[] = [
  `Content-Length: ${CHUNKED.length}\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED}`,
  `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${CHUNKED}`,
  `Content-Length: 4\r\n\r\n${CHUNKED}`, // pipelined behind a body
  `Content-Length: 0\r\n\r\n${HIDDEN}`,
  `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  `Content-Length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  `Content-Length: +${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  `Content-Length: -1\r\n\r\n${HIDDEN}`,
  `Content-Length: 0x10\r\n\r\n${HIDDEN}`,
  `Content-Length: 18446744073709551616\r\n\r\n${HIDDEN}`,
  `Content-Length : ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  `Content-Length:\x0b${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding: xchunked\r\n\r\n${CHUNKED}`,
  `Transfer-Encoding : chunked\r\n\r\n${CHUNKED}`,
  `Transfer-Encoding:\tchunked\r\n\r\n${CHUNKED}`,
  `Transfer-Encoding: chunked, identity\r\n\r\n${CHUNKED}`,
  `Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED}`,
  `X: a\r\n Transfer-Encoding: chunked\r\n\r\n${CHUNKED}`, // obs-fold
  `Transfer-Encoding:\r\n chunked\r\n\r\n${CHUNKED}`,
  `X: a\rTransfer-Encoding: chunked\r\n\r\n${CHUNKED}`,
  `X: a\nTransfer-Encoding: chunked\n\n${CHUNKED}`, // bare LF
  `Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF1\r\n${HIDDEN}`,
  `Transfer-Encoding: chunked\r\n\r\n0;x=\n\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding: chunked\r\n\r\n1\r\nAB\r\n0\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 40\r\n\r\n${HIDDEN}`, // in the trailer
  `Expect: 100-continue\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  `Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAA\r\n\r\n${HIDDEN}`,
  `Content-Length: 99999\r\n\r\n${HIDDEN}`, // never complete
];

const FIRST_LINES = ["POST /MARK HTTP/1.1", "GET /MARK HTTP/1.1", "GET /MARK HTTP/1.0"];
/** Somebody else asks, over one connection, as long as the attack lasts, and gets what was asked for. */
async function browse(scene: Scene, mark: string, over: () => boolean): Promise<void> {
  using http = new RawHttp(scene.port);
  for (let i = 0; !over(); i++) {
    const { status, body } = await http.get(`/a.txt?${mark}-${i}`);
    assertEquals([status, body], [200, "hello"]);
    await scene.round();
  }
}

Deno.test("requests of unclear length are answered to who sent them, once, and leave nothing behind", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  await besiege(async (scene, round) => {
    let over = false;
    const browsing = browse(scene, `other-${round}`, () => over);
    const line = FIRST_LINES[round % FIRST_LINES.length];
    const requests = UNCLEAR.map((rest) => `${line}\r\nHost: localhost\r\n${rest}`);
    using mob = await Mob.connect(scene, requests.length);
    const markOf = (i: number) => `mark-${round}-${i}-`;
    await mob.say((i) => requests[i].replaceAll("MARK", markOf(i)));
    const answers = await mob.hear(/HTTP\/1\.1 [2345]\d\d |^$/);
    await scene.round();
    over = true;
    await browsing;
    const lines = scene.server.stderr.split("\n");
    for (const [i, conn] of mob.conns.entries()) {
      const { port } = conn.localAddr as Deno.NetAddr;
      const told = lines.filter((line) => line.includes(markOf(i)));
      // Each once, and as the sender's own; the hidden one at most as a request of its own.
      assert(told.length <= 2 && new Set(told).size === told.length, `${requests[i]}\n${told}`);
      for (const line of told) assert(line.startsWith(`127.0.0.1:${port} "`), line);
      assertNotMatch(answers[i], /hello/);
    }
  }, ["--files", shared.path]);
});

Deno.test("what is smuggled into a request or behind words never changes the dialect", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  const words = "/nick Smuggler\nword of a smuggler\n";
  const request = "GET /a.txt?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  await besiege(async (scene, round) => {
    using web = await Mob.connect(scene, 10);
    await web.say((i) =>
      i % 2
        ? `GET / HTTP/1.1\r\nHost: localhost\r\n\r\n${words}`
        : `POST / HTTP/1.1\r\n\r\n${words}`
    );
    await web.hear(/HTTP\/1\.1 [245]/);
    using chat = await Mob.connect(scene, 2);
    await chat.say((i) => `/nick Eve ${round} ${i}\n${request}`);
    for (const heard of await chat.hear(/You are Eve/)) assertNotMatch(heard, /HTTP\/1\.1 \d/);
    await scene.round();
    assertNotMatch(scene.server.stderr, /Smuggler|"GET \/a\.txt\?smuggled/);
  }, ["--files", shared.path]);
});
