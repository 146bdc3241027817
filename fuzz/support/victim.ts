/**
 * A server in a process of its own, with a folder to share, what lies beside it, and honest company.
 *
 * @module
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { openDescriptors, residentBytes } from "../../tests/hostile/support/attack.ts";
import { Folder } from "../../tests/support/folder.ts";
import { Program } from "../../tests/support/program.ts";
import { patterned } from "../../tests/support/transfer.ts";
import type { Keying } from "../../lib/auth/keying.ts";
import type { Part } from "./actions.ts";
import { Attacker } from "./attacker.ts";
import type { Company } from "./company.ts";
import { Insider } from "./insider.ts";
import { HARM, LEAK } from "./oracles.ts";

/** How a server is started, and who is honest there. */
export interface Kind {
  readonly name: string;
  /** Behind `labwire`; `folder` is shared, where the server shares one, and `users` lies beside it. */
  args(folder: string): string[];
  /** Added to the environment. */
  readonly env?: Record<string, string>;
  /** The file of accounts. */
  readonly users?: string;
  /** What insiders know. */
  readonly keying?: Keying;
  company(port: number): Promise<Company>;
}

/** Cases between two looks at what the server holds. */
const LOOK_CASES = 50;
const MiB = 1024 * 1024;
/** Well above what a thousand connections and their buffers take. */
const MOST_BYTES = 600 * MiB;
/** Connections that may still be on their way out: relays wait 30 s for their other side. */
const MOST_DESCRIPTORS = 900;
/** The longest wait for what the server lets go of by itself. */
const GONE_MS = 45_000;

/** What an operator is answered, and nobody else. */
const ORDER = /connections per address: | is banned for | was sent away|Nobody is banned|is muted"/;

/** What lies outside of the share, or hidden in it, and never shows. */
const SECRET = "what lies outside";
const SHARED = [".hidden", "a.txt", "big.bin", "empty", "link", "link.txt", "root", "sub"];

/** A server that cases are tried on. */
export class Victim implements AsyncDisposable {
  readonly #server: Program;
  readonly #port: number;
  readonly #folder: Folder;
  readonly #company: Company;
  readonly #descriptors: number;
  readonly #kind: Kind;
  #cases = 0;
  #read = 0; // how much of standard error was looked at
  #ticket = "";

  private constructor(
    kind: Kind,
    server: Program,
    port: number,
    folder: Folder,
    company: Company,
  ) {
    this.#kind = kind;
    this.#server = server;
    this.#port = port;
    this.#folder = folder;
    this.#company = company;
    this.#descriptors = openDescriptors(server);
  }

  /** Starts a server. */
  static async start(kind: Kind): Promise<Victim> {
    const { args, company, env, users = "" } = kind;
    const folder = await Folder.make({
      "secret.txt": SECRET,
      "users": users,
      "share/.hidden": SECRET,
      "share/a.txt": "a file\n",
      "share/empty": "",
      "share/big.bin": patterned(2 * MiB + 3),
      "share/sub/b.txt": "another\n",
    });
    await Deno.chmod(`${folder.path}/users`, 0o600);
    const share = `${folder.path}/share`;
    for (const [name, to] of [["link", ".."], ["link.txt", "../secret.txt"], ["root", "/"]]) {
      await Deno.symlink(to, `${share}/${name}`);
    }
    const server = Program.labwire(args(share), { env });
    const port = await server.port();
    const honest = await company(port);
    await honest.round(0);
    // What serves browsers is loaded with the first, and stays.
    const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
    await page.text();
    return new Victim(kind, server, port, folder, honest);
  }

  /** Tries one case, and looks at what must hold after it. */
  async suffer(parts: readonly Part[]): Promise<void> {
    const { keying } = this.#kind;
    // Who fails delays those of the same address: each case has addresses of its own.
    const address = (i: number) =>
      `127.${this.#cases >> 8 & 63 | 64}.${this.#cases & 255}.${i + 1}`;
    const attackers = await Promise.all(
      parts.map((part, i) =>
        keying && part.insider
          ? Insider.connect(this.#port, address(i), keying, part.insider)
          : Attacker.connect(this.#port, address(i))
      ),
    );
    try {
      await Promise.all(
        attackers.map((each, i) => each.perform(parts[i], () => this.#lastTicket())),
      );
      await this.#company.round(++this.#cases);
      for (const attacker of attackers) {
        this.#lookAtAnswers(attacker.received);
        assert(!ORDER.test(attacker.received), "somebody without the right gave an order");
        const heard = /word \d+/.exec(attacker.received);
        const outside = keying && attacker instanceof Attacker;
        assert(!outside || !heard, "somebody without the secret heard the room");
      }
    } finally {
      await Promise.all(attackers.map((attacker) => attacker.close()));
    }
    this.#lookAtLog();
    if (this.#cases % LOOK_CASES === 0) await this.#lookAround();
  }

  /** Ends it: what it holds is given back, and it stops as if nothing had been. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using _folder = this.#folder;
    await using server = this.#server;
    await this.#company.round(++this.#cases);
    const late = performance.now() + GONE_MS;
    while (openDescriptors(server) > this.#descriptors) {
      const open = openDescriptors(server) - this.#descriptors;
      assert(performance.now() < late, `${open} descriptors too many after ${GONE_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.#lookAround();
    await this.#company[Symbol.asyncDispose]();
    server.signal("SIGINT");
    assertEquals((await server.ended()).code, 0);
    this.#lookAtLog();
  }

  /** Ends it whatever holds. */
  async drop(): Promise<void> {
    await this.#company[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }

  #lastTicket(): string {
    return this.#ticket || this.#company.ticket;
  }

  #lookAtAnswers(received: string): void {
    const leak = LEAK.exec(received);
    assert(!leak, `somebody was told …${received.slice(Math.max(0, (leak?.index ?? 0) - 200))}`);
    assert(!received.includes(SECRET) && !received.includes("root:x:"), "what lies outside shows");
    this.#ticket = /"ticket":"([0-9a-f]{32})"/.exec(received)?.[1] ?? "";
  }

  #lookAtLog(): void {
    const { stderr } = this.#server;
    const log = stderr.slice(this.#read);
    this.#read = stderr.length;
    assert(!LEAK.test(log) && !HARM.test(log), `the log says ${JSON.stringify(log)}`);
  }

  async #lookAround(): Promise<void> {
    assertLess(residentBytes(this.#server), MOST_BYTES, "memory");
    assertLess(openDescriptors(this.#server) - this.#descriptors, MOST_DESCRIPTORS, "descriptors");
    assertEquals(this.#folder.names(), ["secret.txt", "share", "users"], "beside the share");
    assertEquals(await Deno.readTextFile(`${this.#folder.path}/secret.txt`), SECRET);
    assertEquals(await Deno.readTextFile(`${this.#folder.path}/users`), this.#kind.users ?? "");
    const share = `${this.#folder.path}/share`;
    for (const { name } of [...Deno.readDirSync(share)]) {
      if (SHARED.includes(name)) continue;
      assert(/^(?!\.)|^\..+\.part(\.index)?$/.test(name), `left behind: ${JSON.stringify(name)}`);
      await Deno.remove(`${share}/${name}`, { recursive: true }).catch(() => {});
    }
  }
}
