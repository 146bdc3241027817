/**
 * Files that participants of a room pass to each other, while they talk.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { Choke } from "./support/choke.ts";
import { anyBytes, connect, Folder, sameBytes } from "./support/lab.ts";

const MiB = 1024 * 1024;

function serve(...args: string[]): Program {
  return Program.labwire(["serve", "127.0.0.1:0", ...args]);
}

/** Joins under a name, in a folder of its own, and waits until it is in. */
async function join(
  server: Program,
  name: string,
  desk: Folder,
  { args = [], port }: { args?: string[]; port?: number } = {},
): Promise<Program> {
  const client = connect(port ?? await server.port(), ["--name", name, ...args], {
    cwd: desk.path,
  });
  await server.sees(new RegExp(`connected as Client \\d+: ${name}\n`), "stderr");
  return client;
}

for (const cipher of ["none", "aes-gcm"]) {
  const args = cipher === "none" ? [] : ["--cipher", cipher, "--key", "a phrase"];
  Deno.test(`three pass files to each other while they talk, cipher ${cipher}`, async () => {
    const big = anyBytes(5 * MiB + 3);
    using adas = new Folder({ "my report.pdf": big, "empty": "" });
    using bens = new Folder({ "Grüße 日本.txt": "hallo" });
    using cleos = new Folder();
    await using server = serve(...args);
    await using ada = await join(server, "Ada", adas, { args });
    await using ben = await join(server, "Ben", bens, { args });
    const into = ["--accept-files", "in box", ...args];
    await using cleo = await join(server, "Cleo", cleos, { args: into });
    await ada.type("/send Ben my report.pdf\n/send all empty\n");
    await ben.sees("Ada offers my report.pdf (5.0 MiB): /accept 1 or /decline 1\n");
    await ben.type("/accept 1\n");
    const lines = Array.from({ length: 200 }, (_, i) => `line ${i}\n`);
    for (const line of lines) await cleo.type(line);
    await ben.type("/send cleo Grüße 日本.txt\n/accept 2\n");
    await ada.sees(/To Ben: my report\.pdf: 5242883 bytes .*, hash \w+ verified\n/, "stderr");
    await ada.sees(/To Ben: empty: 0 bytes .* verified\n/, "stderr");
    await ada.sees(/To Cleo: empty: 0 bytes .* verified\n/, "stderr");
    await ben.sees(/From Ada: my report\.pdf: 5242883 bytes .* verified\n/, "stderr");
    await ben.sees(/From Ada: empty: 0 bytes .* verified\n/, "stderr");
    await cleo.sees(/From Ben: Grüße 日本\.txt: 5 bytes .* verified\n/, "stderr");
    for (const each of [ada, ben]) {
      await each.sees("Cleo: line 199\n");
      const said = each.stdout.split("\n").filter((line) => line.startsWith("Cleo: "));
      assertEquals(said.map((line) => `${line}\n`), lines.map((line) => `Cleo: ${line}`));
    }
    assert(sameBytes(bens.read("my report.pdf"), big));
    assertEquals(bens.names(), ["Grüße 日本.txt", "empty", "my report.pdf"]);
    await cleo.sees(/From Ada: empty/, "stderr");
    assertEquals(cleos.tree(), ["in box/", "in box/Grüße 日本.txt", "in box/empty"]);
    for (const each of [ada, ben, cleo]) {
      await each.endInput();
      assertEquals((await each.ended()).code, 0);
    }
  });
}

Deno.test("a script that offers a file waits at its end until it is answered", async () => {
  using adas = new Folder({ "a.txt": "hello" });
  using bens = new Folder();
  await using server = serve();
  await using ben = await join(server, "Ben", bens);
  for (const [answer, code] of [["/accept 1", 0], ["/decline 2", 1]] as const) {
    await using ada = await join(server, "Ada", adas);
    await ada.type("/send Ben a.txt\n");
    await ada.endInput();
    await ben.sees(`${answer.split(" ")[1]} or `, "stdout");
    await ada.sees("Offered to Ben\n", "stderr");
    await ben.type(`${answer}\n`);
    const ended = await ada.ended();
    assertEquals([ended.code, ended.stdout], [code, ""], ended.stderr);
    assertMatch(
      ended.stderr,
      code === 0 ? /To Ben: a\.txt: 5 bytes .* verified\n$/ : /\nBen declined a\.txt\n$/,
    );
    await ben.sees(
      code === 0 ? "From Ada: a.txt" : "* Ada left\n",
      code === 0 ? "stderr" : "stdout",
    );
  }
  assertEquals(bens.names(), ["a.txt"]);
});

Deno.test("a receiver that leaves answers what it was offered, and a sender takes its offers along", async () => {
  using adas = new Folder({ "a.txt": "hello" });
  using bens = new Folder();
  await using server = serve();
  await using ben = await join(server, "Ben", bens);
  await using ada = await join(server, "Ada", adas);
  await ada.type("/send Ben a.txt\n");
  await ben.sees("Ada offers a.txt");
  await ada.type("/exit\n");
  assertEquals((await ada.ended()).code, 0);
  await ben.sees("Ada left, and took a.txt along\n", "stderr");
  await ben.type("/accept 1\n");
  await ben.sees("Cannot do that: there is no offer 1 to you\n", "stderr");
  await using again = await join(server, "Ada", adas);
  await again.type("/send Ben a.txt\n");
  await again.endInput();
  await ben.sees("/accept 2");
  await ben.type("exit\n");
  const { code, stderr } = await again.ended();
  assertEquals([code, stderr], [1, "Offered to Ben\nBen left without a.txt\n"]);
  assertEquals(bens.names(), []);
});

peerTest(["nc"], "who cannot take files is not offered any, and that is told", async () => {
  using adas = new Folder({ "a.txt": "hello" });
  await using server = serve();
  const port = await server.port();
  await using netcat = Program.start("nc", ["127.0.0.1", `${port}`]);
  await netcat.type("/nick Ron\n");
  await netcat.sees("You are Ron\n");
  await using ada = await join(server, "Ada", adas);
  await ada.type("/send Ron a.txt\n/send Zoe a.txt\n/send all a.txt\n/send Ron nothing.txt\n");
  await ada.type("/send Ron\n/accept 7\n");
  await ada.endInput();
  const { code, stderr } = await ada.ended();
  assertEquals(code, 1);
  assertEquals(stderr.trimEnd().split("\n").sort(), [
    "Cannot do that: there is no offer 7 to you",
    'Cannot send "nothing.txt": there is no such file',
    "Cannot send it: which file, to whom? /send NAME FILE",
    "Ron cannot take files: no labwire client",
    "nobody else here can take files",
    'nobody else here is called "Zoe"; /who lists the names',
  ]);
  await netcat.type("/send Ada x\n");
  await netcat.sees("Cannot do that: /send needs labwire connect in the native dialect\n");
  assert(!netcat.stdout.includes("offers"));
});

Deno.test("files pass through a room in which every place is taken", async () => {
  using adas = new Folder({ "a.txt": "hello" });
  using bens = new Folder();
  await using server = serve("--max-clients", "2");
  await using ben = await join(server, "Ben", bens, { args: ["--accept-files", "."] });
  await using ada = await join(server, "Ada", adas);
  await ada.type("/send Ben a.txt\n");
  await ada.endInput();
  const { code, stderr } = await ada.ended();
  assertEquals(code, 0, stderr);
  await ben.sees("From Ada: a.txt: 5 bytes", "stderr");
  assertEquals(bens.names(), ["a.txt"]);
});

Deno.test("nothing that exists is replaced by a file that somebody sends, and no dotfile is written", async () => {
  using adas = new Folder({ "a.txt": "theirs", ".profile": "evil" });
  using bens = new Folder({ "a.txt": "mine" });
  await using server = serve();
  await using ben = await join(server, "Ben", bens, { args: ["--accept-files", "."] });
  await using ada = await join(server, "Ada", adas);
  await ada.type("/send Ben a.txt\n");
  await ben.sees("From Ada: a (2).txt: 6 bytes", "stderr");
  await ada.type("/send Ben .profile\n");
  await ada.endInput();
  const { code, stderr } = await ada.ended();
  assertEquals(code, 1, stderr);
  await ben.sees('Cannot save ".profile": unsafe name\n', "stderr");
  assertEquals(bens.names(), ["a (2).txt", "a.txt"]);
  assertEquals(new TextDecoder().decode(bens.read("a.txt")), "mine");
});

Deno.test("a file that broke off on its way to somebody goes on when it is sent again", async () => {
  const big = anyBytes(20 * MiB);
  using adas = new Folder({ "big.bin": big });
  using bens = new Folder();
  await using server = serve();
  await using ada = await join(server, "Ada", adas);
  {
    await using choke = new Choke(await server.port(), { down: 18.5 * MiB });
    const via = { port: choke.port };
    await using ben = await join(server, "Ben", bens, via);
    await ada.type("/send Ben big.bin\n");
    await ben.sees("/accept 1");
    await ben.type("/accept 1\n");
    await choke.full;
    choke.cut();
    const { code } = await ben.ended(); // a reset, or a close after which the file has failed
    assert(code === 1 || code === 5);
    await ada.sees(/\nCannot [^\n]*\n/, "stderr");
  }
  assertEquals(bens.names(), [".big.bin.part", ".big.bin.part.index"]);
  await using ben = await join(server, "Ben", bens, { args: ["--accept-files", "."] });
  await ada.sees(/\* Ben left\n\* Ben joined\n/);
  await ada.type("/send Ben big.bin\n");
  await ben.sees(
    /From Ada: big\.bin: 20971520 bytes .*, fetched \d{7} bytes, .* verified/,
    "stderr",
  );
  assert(sameBytes(bens.read("big.bin"), big));
  assertEquals(bens.names(), ["big.bin"]);
});
