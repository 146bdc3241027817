/**
 * install.sh, run by the shells there are, from a server and from a folder.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { lacks, peerTest } from "../support/peers.ts";
import { type Ended, Program } from "../support/program.ts";
import { Folder } from "../e2e/support/lab.ts";
import { sha256 } from "../support/transfer.ts";

const SCRIPT = new URL("../../install.sh", import.meta.url).pathname;
const SHELL = lacks("dash") ? "sh" : "dash";
const CONTENT = "#!/bin/sh\necho this is labwire\n";
const SUM = sha256(new TextEncoder().encode(CONTENT));

/** The name of the executable that install.sh is to choose here. */
const NAME = `labwire-${Deno.build.os === "darwin" ? "macos" : "linux"}-${
  Deno.build.arch === "aarch64" ? "arm64" : "x64"
}`;

/** A release of one executable. */
function releaseOf(sums = `${SUM}  ${NAME}\n`): Folder {
  return new Folder({ [NAME]: CONTENT, "SHA256SUMS": `${"0".repeat(64)}  other\n${sums}` });
}

/** Somebody's home, and a folder for temporary files. */
class Home extends Folder {
  constructor(programs: Record<string, string> = {}) {
    super({ "tmp/.keep": "", ...programs });
    for (const name of Object.keys(programs)) Deno.chmodSync(this.at(name), 0o755);
  }

  /** Installs, with this home; `programs` of it are found first. */
  async install(args: string[], env: Record<string, string> = {}): Promise<Ended> {
    const path = `${this.at("programs")}:${Deno.env.get("PATH")}`;
    await using program = Program.start(SHELL, [SCRIPT, ...args], {
      env: { HOME: this.path, TMPDIR: this.at("tmp"), PATH: path, LABWIRE_BASE: "", ...env },
    });
    return await program.ended();
  }

  /** All that is in it beside what was there. */
  get left(): string[] {
    return this.tree().filter((path) => !/^(tmp\/(\.keep)?|programs\/.*)$/.test(path));
  }
}

/** A server on loopback that answers with the files of a folder, unless `answer` does. */
function serve(folder: Folder, answer: (name: string) => Response | undefined = () => undefined) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const name = new URL(url).pathname.slice(1);
    const given = answer(name);
    if (given) return given;
    if (!folder.names().includes(name)) return new Response("no such file", { status: 404 });
    return new Response(folder.read(name).slice());
  });
}

/** Asserts that nothing was installed, and that one line of error says why. */
async function assertRefuses(home: Home, base: string, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await home.install([base]);
  assertEquals([code, stdout, home.left], [1, "", []], stderr);
  assertMatch(stderr, why);
  assertEquals(stderr.match(/^labwire: Cannot install: .*$/gm)?.length, 1, stderr);
}

/** How a server is addressed. */
function at({ addr }: Deno.HttpServer<Deno.NetAddr>): string {
  return `http://127.0.0.1:${addr.port}`;
}

peerTest(
  ["curl"],
  "install.sh installs what has the right sum, and says what to add to PATH",
  async () => {
    using release = releaseOf();
    await using server = serve(release);
    using home = new Home();
    const { code, stdout, stderr } = await home.install([at(server)]);
    const bin = home.at(".local/bin");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout,
      `${bin}/labwire is installed\nAdd its folder to your PATH:  export PATH="${bin}:$PATH"\n`,
    );
    assertEquals(home.left, [".local/", ".local/bin/", ".local/bin/labwire"]);
    await using installed = Program.start(`${bin}/labwire`, []);
    assertEquals((await installed.ended()).stdout, "this is labwire\n");
  },
);

peerTest(
  ["curl"],
  "install.sh takes address and folder from the environment, and replaces what is there",
  async () => {
    using release = releaseOf(`${SUM} *${NAME}\n`); // as sha256sum -b writes it
    using home = new Home({ "programs/labwire": "an older one" });
    const bin = home.at("programs");
    const env = { LABWIRE_BASE: `file://${release.path}`, LABWIRE_BIN: bin };
    const { code, stdout, stderr } = await home.install([], env);
    assertEquals([code, stdout, stderr], [0, `${bin}/labwire is installed\n`, ""]); // it is in PATH
    assertEquals(Deno.readTextFileSync(`${bin}/labwire`), CONTENT);
    assertEquals(home.names(), ["programs", "tmp"]);
  },
);

peerTest(
  ["curl"],
  "install.sh refuses what has another sum, and leaves nothing behind",
  async () => {
    const wrong = "1".repeat(64);
    using release = releaseOf(`${wrong}  ${NAME}\n`);
    await using server = serve(release);
    using home = new Home();
    await assertRefuses(
      home,
      at(server),
      new RegExp(`sum of ${NAME} is ${SUM}, and should be ${wrong}`),
    );
    using unnamed = releaseOf(`${SUM}  ${NAME}.old\n`);
    await assertRefuses(home, `file://${unnamed.path}`, /SHA256SUMS does not name labwire-/);
  },
);

peerTest(["curl"], "install.sh refuses a release in which a file is missing", async () => {
  for (const missing of [NAME, "SHA256SUMS"]) {
    using release = releaseOf();
    Deno.removeSync(release.at(missing));
    await using server = serve(release);
    using home = new Home();
    await assertRefuses(home, at(server), new RegExp(`/${missing} cannot be fetched`));
  }
});

peerTest(
  ["curl"],
  "install.sh refuses a download that is cut off, told of its length or not",
  async () => {
    using release = releaseOf();
    using home = new Home();
    const half = CONTENT.slice(0, 10);
    for (const length of [`Content-Length: ${CONTENT.length}\r\n`, ""]) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const serving = (async () => {
        for (const body of [Deno.readTextFileSync(release.at("SHA256SUMS")), half]) {
          using conn = await listener.accept();
          await conn.read(new Uint8Array(4096)); // the request
          const told = body === half ? length : "";
          const head = `HTTP/1.1 200 OK\r\nConnection: close\r\n${told}\r\n`;
          await conn.write(new TextEncoder().encode(head + body));
        }
      })();
      const why = length ? /cannot be fetched/ : /sum of labwire-.* is /;
      await assertRefuses(home, `http://127.0.0.1:${listener.addr.port}`, why);
      await serving;
    }
  },
);

peerTest(["curl"], "install.sh knows for which systems there is an executable", async () => {
  using release = releaseOf();
  const base = `file://${release.path}`;
  const systems: [system: string, processor: string, why: RegExp][] = [
    ["Plan9", "x86_64", /no executable for Plan9/],
    ["Linux", "mips", /no executable for mips/],
    ["MINGW64_NT-10.0", "x86_64", /on Windows, fetch labwire-windows-x64\.exe/],
    ["Darwin", "arm64", /labwire-macos-arm64 cannot be fetched/],
    ["Linux", "aarch64", /labwire-linux-arm64 cannot be fetched/],
    ["Darwin", "x86_64", /labwire-macos-x64 cannot be fetched/],
  ];
  for (const [system, processor, why] of systems) {
    if (why.source.startsWith(NAME)) continue; // this one is there
    const uname = `#!/bin/sh\n[ "$1" = -s ] && echo ${system} || echo ${processor}\n`;
    using home = new Home({ "programs/uname": uname });
    await assertRefuses(home, base, why);
  }
});

Deno.test("install.sh asks for an address where none is known", async () => {
  using home = new Home();
  await assertRefuses(home, "", /no address of a release given/);
  assert(Deno.readTextFileSync(SCRIPT).includes("\nrelease=''\n")); // where a release puts its own
});
