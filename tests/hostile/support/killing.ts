/**
 * Transfers in which one side is killed, and what then is there.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { Folder } from "../../support/folder.ts";
import { Peer } from "../../support/peer.ts";
import { Program } from "../../support/program.ts";
import { anyBytes } from "../../e2e/support/lab.ts";
import { control, hello } from "../../support/native.ts";
import { Meter } from "./meter.ts";
import { RawHttp } from "./raw_http.ts";

const MiB = 1024 * 1024;
const NAME = "data.bin";

/** What is transferred, and who is killed. */
export interface Plan {
  verb: "get" | "put";
  victim: "client" | "server";
  /** MiB of the file. */
  size: number;
}

/** Two folders, a file in one of them, and a server of one, for any number of rounds. */
export class Killing implements AsyncDisposable {
  /** Rounds in which the file stood whole although one side was killed; and in which it was absent. */
  readonly stood = { whole: 0, absent: 0 };
  readonly #plan: Plan;
  readonly #bytes: Uint8Array;
  readonly #shared: Folder;
  readonly #desk: Folder;
  #server: Program;
  #total = 0;

  private constructor(plan: Plan, bytes: Uint8Array, [shared, desk]: [Folder, Folder]) {
    this.#plan = plan;
    this.#bytes = bytes;
    this.#shared = shared;
    this.#desk = desk;
    this.#server = this.#serve();
  }

  /** Makes both folders. */
  static async start(plan: Plan): Promise<Killing> {
    const bytes = anyBytes(plan.size * MiB + 12345);
    const here = { [NAME]: bytes };
    const get = plan.verb === "get";
    const folders: [Folder, Folder] = [
      await Folder.make(get ? here : {}),
      await Folder.make(get ? {} : here),
    ];
    const killing = new Killing(plan, bytes, folders);
    await killing.#measure();
    return killing;
  }

  /** Bytes that pass in a transfer, of both directions. */
  get total(): number {
    return this.#total;
  }

  /**
   * Kills the victim once `share` of all bytes has passed; checks what is there; goes on with the transfer, checks again, and takes the file away.
   */
  async round(share: number): Promise<void> {
    const { verb, victim } = this.#plan;
    const what = `${verb}, ${victim} killed at ${share}`;
    {
      const killed = Promise.withResolvers<void>();
      let client: Program | undefined = undefined;
      const kill = () => {
        (victim === "client" ? client! : this.#server).signal("SIGKILL");
        killed.resolve();
      };
      const at = Math.round(share * this.#total);
      await using meter = new Meter(await this.#server.port(), { at, act: kill });
      await using running = this.#transfer(meter.port);
      client = running;
      const ended = running.ended();
      await Promise.race([killed.promise, ended]);
      if (victim === "server") await this.#server.ended();
      const { code, stderr } = await ended;
      if (victim === "server") assert(code === 0 || code === 5, `${what}: ${code} ${stderr}`);
    }
    if (victim === "server") {
      await this.#server[Symbol.asyncDispose]();
      this.#server = this.#serve();
    }
    const whole = this.#check(what);
    const port = await this.#server.port();
    await this.#checkHidden(port, what);
    await this.#goOn(port, what);
    assert(this.#check(`${what}, resumed`), `${what}: the file did not come`);
    this.stood[whole ? "whole" : "absent"]++;
    this.#clear();
  }

  /** Ends the server and removes both folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#shared[Symbol.asyncDispose]();
    await this.#desk[Symbol.asyncDispose]();
  }

  /** The same once more; until a server that lives has noticed that its client does not. */
  async #goOn(port: number, what: string): Promise<void> {
    for (let tries = 0;; tries++) {
      await using again = this.#transfer(port);
      const { code, stdout, stderr } = await again.ended();
      if (/right now/.test(stderr) && tries < 20) continue;
      // The file may have been whole, or have become so: then it is not replaced.
      assert(code === 0 || /exists already/.test(stderr), `${what}: ${stdout}${stderr}`);
      return;
    }
  }

  /** A transfer that nobody disturbs. */
  async #measure(): Promise<void> {
    await using meter = new Meter(await this.#server.port());
    await using client = this.#transfer(meter.port);
    assertEquals((await client.ended()).code, 0);
    this.#total = meter.passed;
    this.#clear();
  }

  get #target(): Folder {
    return this.#plan.verb === "get" ? this.#desk : this.#shared;
  }

  #serve(): Program {
    return Program.labwire(["fileserver", this.#shared.path, "127.0.0.1:0", "--writable"]);
  }

  #transfer(port: number): Program {
    const args = [this.#plan.verb, `127.0.0.1:${port}`, NAME, "--json", "-q"];
    return Program.labwire(args, { cwd: this.#desk.path });
  }

  /** Whether the file is there; then it is right. */
  #check(what: string): boolean {
    const names = this.#target.names().filter((name) => !name.startsWith("."));
    if (names.length === 0) return false;
    assertEquals(names, [NAME], what);
    const bytes = Deno.readFileSync(`${this.#target.path}/${NAME}`);
    // Not assertEquals: it would compare and show millions of numbers.
    assert(equal(bytes, this.#bytes), `${what}: wrong bytes (${bytes.length})`);
    return true;
  }

  /** Parts are neither listed nor served. */
  async #checkHidden(port: number, what: string): Promise<void> {
    using peer = await Peer.connect(port);
    await peer.send(hello());
    await peer.sees('"type":"welcome"');
    const ask = (name: string, argument: string, id: number) =>
      control({ type: "command", name, argument, id });
    await peer.send(ask("list", "", 1));
    const listing = await peer.sees(/"more":false/);
    const listed = Array.from(listing.matchAll(/\{"name":"([^"]+)"/g), ([, name]) => name);
    assertEquals(listed.filter((name) => name !== NAME), [], what);
    using http = new RawHttp(port);
    for (const [i, name] of [`.${NAME}.part`, `.${NAME}.part.index`].entries()) {
      peer.received = "";
      await peer.send(ask("get", name, 2 + i));
      await peer.sees("File not found.");
      assertEquals((await http.get(`/${name}`)).status, 404, what);
    }
    assertEquals((await http.get("/")).body.includes(".part"), false, what);
    await peer.close();
  }

  #clear(): void {
    for (const name of this.#target.names()) Deno.removeSync(`${this.#target.path}/${name}`);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
