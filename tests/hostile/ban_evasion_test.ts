/**
 * Somebody who was sent away, or banned, and tries every door there is.
 *
 * @module
 */
import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { type GreetingOptions, TurnedAway } from "../../lib/auth/greeting.ts";
import { makeSecret } from "../../lib/auth/keying.ts";
import { Folder } from "../support/folder.ts";
import { control, hello, jsonChat } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { personLine } from "../support/people.ts";
import { toldOverJson, withoutTheRoom } from "./support/attack.ts";
import { Crowd, HONEST, nameOf } from "./support/crowd.ts";
import { connectFrom, peerFrom } from "./support/elsewhere.ts";
import type { Scene } from "./support/honest.ts";
import { enter } from "./support/sealed.ts";
import { besiege, sealedBy } from "./support/siege.ts";

const SECRET = "correct horse battery", PASSWORD = "engine";
const keying = await makeSecret(SECRET);
const BANNED = "you are banned here";

/** Names that lead to the account of Sam. */
const LIKE_SAM = ["Sam", "sam", "SAM", "S\u0430m", "\uff33\uff41\uff4d", "S\u200bam", "Sam\u00ad"];

async function comeByAccount(port: number, user: string): Promise<Peer> {
  const conn = await Deno.connect({ port, hostname: "127.0.0.1" });
  return await enter(conn, { keying, user, password: PASSWORD });
}

async function accounts(): Promise<Folder> {
  const names = [...Array.from({ length: HONEST }, (_, i) => nameOf(i)), "Sam", "Tom"];
  const lines = names.map((name) => personLine(name, "student", PASSWORD));
  const folder = await Folder.make({ users: (await Promise.all(lines)).join("") });
  await Deno.chmod(`${folder.path}/users`, 0o600);
  return folder;
}

/** What the operator types, and what the room is told of it. */
async function order({ server }: Scene, typed: string, answer: string): Promise<void> {
  server.stdout = "";
  await server.type(`${typed}\n`);
  await server.sees(`${answer}\n`);
}

/** A ticket of Sam's, for a file that Tom has accepted. */
async function ticketOf(sam: Peer, tom: Peer): Promise<string> {
  await sam.send(control({ type: "offer", id: 7, name: "a.txt", size: 4, to: "Tom" }));
  const [, number] = /"type":"offer","id":(\d+)/.exec(await tom.sees(/"type":"offer","id":\d+/))!;
  await tom.send(control({ type: "command", name: "accept", argument: number }));
  const told = await sam.sees(/"ticket":"[0-9a-f]+"/);
  return /"ticket":"([0-9a-f]+)"/.exec(told)![1];
}

async function assertOutside({ port }: Scene, wishes: Partial<GreetingOptions>, why: string) {
  const come = async () =>
    enter(await Deno.connect({ port, hostname: "127.0.0.1" }), {
      keying,
      ...wishes,
    });
  const { message } = await assertRejects(come, TurnedAway);
  assertEquals(message.replace(/^Cannot (join|move files): /, ""), why, JSON.stringify(wishes));
}

Deno.test("an account that was sent away, or banned, stays away under every name and by every way", async () => {
  await using folder = await accounts();
  await besiege(
    async (scene, round) => {
      const { port } = scene;
      using sam = await comeByAccount(port, "Sam");
      using tom = await comeByAccount(port, "Tom");
      const ticket = await ticketOf(sam, tom);
      // One that was on its way before.
      using early = await scene.connect();
      await early.send(control({ type: "hello", version: 1, cipher: keying.name }));
      await early.sees('"salt"');
      if (round % 2) await order(scene, "/kick Sam", "Sam was sent away for a minute");
      else await order(scene, "/ban sam 1h", "Sam is banned for 3600 s");
      await sam.sawEnd();
      const password = PASSWORD;
      for (const user of LIKE_SAM) await assertOutside(scene, { user, password }, BANNED);
      for (
        const wishes of [
          { name: "Tom" },
          { name: "Nobody" },
          { purpose: "files" as const },
          { purpose: "relay" as const, ticket },
        ]
      ) {
        await assertOutside(scene, { user: "Sam", password, ...wishes }, BANNED);
        await assertOutside(scene, wishes, "this server wants to know who you are");
      }
      for (
        const words of ["hi\n", "hi", jsonChat("Sam", "hi"), hello("Sam"), "GET / HTTP/1.1\r\n\r\n"]
      ) {
        using peer = await scene.connect();
        await peer.send(words);
        const told = await peer.sawEnd();
        assertNotMatch(told, /word \d|"welcome"|HTTP\/1.1 200/);
        await peer.close();
      }
      assertNotMatch(tom.received, /Sam joined.*Sam joined/s);
      await order(scene, "/unban Sam", "Sam may come in again");
      for (const each of [sam, tom, early]) await each.close();
    },
    ["--users", `${folder.path}/users`, "--operator"],
    { gather: Crowd.greeted(comeByAccount), env: sealedBy(SECRET) },
  );
});

const ELSEWHERE = "127.0.0.2";

Deno.test("a banned address stays away under every name, in every dialect", async () => {
  await using share = await Folder.make({ "notes.txt": "to be read\n" });
  await besiege(async (scene, round) => {
    const { port } = scene;
    const come = () => peerFrom(ELSEWHERE, port);
    using mallory = await come();
    await mallory.send(hello("Mallory"));
    await mallory.sees('"welcome"');
    using other = await come();
    await other.send("/nick Moll\n");
    await other.sees("You are Moll\n");
    using silent = await come();
    using browser = await come();
    await browser.send("GET /notes.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    await browser.sees("to be read");
    using files = Peer.over(await connectFrom(ELSEWHERE, port));
    await files.send(control({ type: "hello", version: 1, cipher: "none", purpose: "files" }));
    await files.sees('"mode":"files"');
    if (round === 1) await silent.sees(/word \d+/); // taken for a reader; else it may not have been
    await order(scene, "/ban Mallory", `${ELSEWHERE} is banned`);
    const here = [mallory, other, silent, browser, files];
    for (const each of here) {
      await each.sawEnd();
      await each.close();
    }
    const refused = async (words: string | Uint8Array) => {
      using peer = await come();
      await peer.send(words);
      const told = await peer.sawEnd();
      await peer.close();
      return told;
    };
    assertEquals(await refused("hi\n"), `${BANNED}\n`);
    assertEquals(await refused("hi"), BANNED);
    assertEquals(toldOverJson(await refused(jsonChat("Ada", "hi"))), [BANNED]);
    for (const name of ["Mallory", "Ada", undefined]) {
      assertMatch(await refused(hello(name)), /"refused","code":"denied","reason":"you are banned/);
    }
    for (const more of [{ purpose: "files" }, { purpose: "relay", ticket: "00" }]) {
      const errand = control({ type: "hello", version: 1, cipher: "none", ...more });
      assertMatch(await refused(errand), /"refused","code":"denied","reason":"you are banned/);
    }
    for (const target of ["/", "/notes.txt"]) {
      const told = await refused(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
      assertMatch(told, /^HTTP\/1\.1 403 /);
      assertNotMatch(told, /to be read/);
    }
    if (round === 1) assertEquals(withoutTheRoom(await refused("")), `${BANNED}\n`); // takes 1 s
    await order(scene, `/unban ${ELSEWHERE}`, `${ELSEWHERE} may come in again`);
  }, ["--operator", "--files", share.path]);
});
