/**
 * What somebody sees who records the network: everything of a plain session, and nothing that was
 * said, named or sent of a sealed one.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { Folder } from "./support/lab.ts";

const NAME = "Wilhelmina", WORDS = "meet me at the boathouse", FILE = "blueprint-7.txt";
const CONTENT = "the reactor is under the library\n".repeat(40);
const MARKER = "probe of the recorder";

/** Records a port of the loopback with tshark: the bytes of all TCP segments, in both directions. */
class Recorder implements AsyncDisposable {
  readonly #tshark: Program;
  readonly #port: number;

  private constructor(tshark: Program, port: number) {
    this.#tshark = tshark;
    this.#port = port;
  }

  static async start(port: number): Promise<Recorder> {
    const filter = ["-i", "lo", "-f", `tcp port ${port}`];
    const fields = ["-l", "-T", "fields", "-e", "tcp.payload"];
    // Payloads as they are, whatever a dissector makes of the port.
    const plain = ["-d", `tcp.port==${port},data`];
    const recorder = new Recorder(
      Program.start("tshark", ["-n", ...filter, ...plain, ...fields]),
      port,
    );
    await recorder.#tshark.sees("Capturing on", "stderr");
    await recorder.#sees("begin");
    return recorder;
  }

  /** All that was recorded up to now. */
  async bytes(): Promise<string> {
    await this.#sees("end");
    const hex = this.#tshark.stdout.replace(/[^0-9a-f]/g, "");
    return new TextDecoder("latin1").decode(Uint8Array.fromHex(hex));
  }

  /** Sends something that it must see; segments are recorded in order, but not from its first word on. */
  async #sees(what: string): Promise<void> {
    const wanted = new TextEncoder().encode(`${MARKER} ${what}`).toHex();
    const until = performance.now() + 20_000;
    while (!this.#tshark.stdout.includes(wanted)) {
      assert(performance.now() < until, `not recorded in 20 s: ${this.#tshark.stderr}`);
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      await conn.write(new TextEncoder().encode(`${MARKER} ${what}`));
      await conn.closeWrite();
      while (await conn.read(new Uint8Array(4096)) !== null);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tshark[Symbol.asyncDispose]();
  }
}

/** Two people talk, and one fetches a file; what a recorder saw of it. */
async function recorded(
  server: string[],
  client: (serving: Program) => Promise<string[]>,
  env: Record<string, string> = {},
) {
  using share = new Folder({ [FILE]: CONTENT });
  using desk = new Folder();
  const options = { env, cwd: desk.path };
  await using serving = Program.labwire(
    ["serve", "127.0.0.1:0", "--files", share.path, ...server],
    options,
  );
  const port = await serving.port();
  await using recorder = await Recorder.start(port);
  const trust = await client(serving);
  const join = (name: string) =>
    Program.labwire(["connect", `127.0.0.1:${port}`, "--name", name, ...trust], options);
  await using listener = join("Ludwig");
  await serving.sees("Ludwig", "stderr");
  await using speaker = join(NAME);
  await speaker.type(`${WORDS}\n/get ${FILE}\n`);
  await listener.sees(`${NAME}: ${WORDS}`);
  await speaker.sees(/blueprint-7\.txt: \d+ bytes .* verified/, "stderr");
  await speaker.endInput();
  assertEquals((await speaker.ended()).code, 0);
  return await recorder.bytes();
}

const nothing = () => Promise.resolve([]);

const SECRETS = [NAME, "Ludwig", WORDS, FILE, "reactor", "welcome"];

peerTest(["tshark"], "who records a plain session reads names, words and files", async () => {
  const seen = await recorded([], nothing);
  for (const each of SECRETS) assert(seen.includes(each), `${each} was not recorded`);
});

peerTest(
  ["tshark"],
  "who records a session under --secret sees no name, no word, no file",
  async () => {
    const seen = await recorded([], nothing, { LABWIRE_SECRET: "correct horse battery staple" });
    assert(seen.includes(`"cipher":"chacha20-poly1305"`), "nothing was recorded");
    for (const each of [...SECRETS, "correct horse"]) {
      assert(!seen.includes(each), `${each} was recorded`);
    }
  },
);

peerTest(
  ["tshark"],
  "who records a session over TLS sees no name, no word, no file",
  async () => {
    using state = new Folder();
    const byFingerprint = async (serving: Program) => {
      const [, shown] = await serving.sees(/--fingerprint (sha256:[0-9a-f]{64})\n/, "stderr");
      return ["--fingerprint", shown];
    };
    const seen = await recorded(["--tls-self-signed"], byFingerprint, {
      LABWIRE_STATE: state.path,
    });
    assert(seen.includes("\x16\x03\x01"), "no handshake was recorded");
    for (const each of SECRETS) assert(!seen.includes(each), `${each} was recorded`);
  },
);
