/**
 * Servers that let in whom they know, and those whom they know.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Role } from "../../../lib/base/account.ts";
import { Program, type ProgramOptions } from "../../support/program.ts";
import { connect, Folder } from "./lab.ts";

/** What all of them share in these tests. */
export const SECRET = "correct horse battery";

/** The environment of somebody who knows it, and no password. */
export const KNOWS = { LABWIRE_SECRET: SECRET };

/** `labwire serve` with that secret, on a free port. */
export function serveSecret(args: string[] = [], options: ProgramOptions = {}): Program {
  const env = { ...KNOWS, ...options.env };
  return Program.labwire(["serve", "127.0.0.1:0", ...args], { ...options, env });
}

/** A file of accounts, as `labwire passwd` makes it, in a folder of its own. */
export class Class implements Disposable {
  /** Where the file lies, and what else a test needs. */
  readonly folder = new Folder();
  /** The file. */
  readonly file: string = this.folder.at("users");
  /** Passwords by name. */
  readonly passwords: Record<string, string> = {};

  /** Makes accounts by name and role. */
  static async of(people: Record<string, Role>): Promise<Class> {
    const made = new Class();
    for (const role of new Set(Object.values(people))) {
      const names = Object.keys(people).filter((name) => people[name] === role);
      await made.generate(names, role);
    }
    return made;
  }

  /** Makes up passwords for accounts, new ones or not. */
  async generate(names: string[], role: Role): Promise<void> {
    const args = ["passwd", this.file, ...names, "--role", role, "--generate"];
    await using program = Program.labwire(args);
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    for (const line of stdout.trimEnd().split("\n")) {
      const at = line.lastIndexOf(" ");
      this.passwords[line.slice(0, at)] = line.slice(at + 1);
    }
  }

  /** What the owner of an account has in its environment. */
  env(name: string): Record<string, string> {
    return { ...KNOWS, LABWIRE_PASSWORD: this.passwords[name] };
  }

  /** Joins by an account, and waits until it is in. */
  async join(server: Program, name: string, options: ProgramOptions = {}): Promise<Program> {
    const before = server.stderr.length;
    const client = connect(await server.port(), ["--user", name], {
      ...options,
      env: this.env(name),
    });
    const joined = new RegExp(`^[^]{${before},}connected as Client \\d+: ${name}\n`);
    await server.sees(joined, "stderr");
    return client;
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

/** Asserts that a client was turned away: exit 4, nothing on standard output, one line of `words`. */
export async function assertRefused(client: Program, words: string): Promise<void> {
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout, stderr], [4, "", `labwire: Cannot ${words}\n`]);
}
