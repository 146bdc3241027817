/**
 * What the end-to-end tests share: clients of a port, folders that go away, bytes to send around.
 *
 * @module
 */
import { type Ended, Program, type ProgramOptions } from "../../support/program.ts";

/** `labwire connect` to a port of this machine. */
export function connect(port: number, args: string[] = [], options?: ProgramOptions): Program {
  return Program.labwire(["connect", `127.0.0.1:${port}`, ...args], options);
}

/** A command such as `get` against a port of this machine, run to its end. */
export async function run(
  command: string,
  port: number,
  args: string[] = [],
  options?: ProgramOptions,
): Promise<Ended> {
  await using program = Program.labwire([command, `127.0.0.1:${port}`, ...args], options);
  await program.endInput();
  return await program.ended();
}

/** A course program that connects to a port of this machine. */
export function course(
  file: string,
  port: number,
  args: string[] = [],
  options?: ProgramOptions,
): Program {
  return Program.python(file, ["127.0.0.1", `${port}`, ...args], options);
}

/** How often `part` stands in `text`. */
export function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** What a JSON client was told, as others read it: each object as `name: text`. */
export function spoken(text: string): string {
  return text.replace(/\{"username":.*?\}/g, (object) => {
    const { username, message } = JSON.parse(object);
    return `${username}: ${new TextDecoder().decode(Uint8Array.fromBase64(message))}\n`;
  });
}

/** A folder under the system's temporary folder; disposing removes it with all it holds. */
export class Folder implements Disposable {
  /** Absolute. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "lab-" });

  /** With files by name, text or bytes; folders in a name are made. */
  constructor(files: Record<string, string | Uint8Array> = {}) {
    for (const [name, content] of Object.entries(files)) {
      const path = this.at(name);
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (typeof content === "string") Deno.writeTextFileSync(path, content);
      else Deno.writeFileSync(path, content);
    }
  }

  /** The path of a name in it. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Paths of all files and folders below it, sorted; folders end in a slash. */
  tree(under = ""): string[] {
    return Array.from(Deno.readDirSync(this.at(under)), ({ name, isDirectory }) => {
      const path = `${under}${name}${isDirectory ? "/" : ""}`;
      return isDirectory ? [path, ...this.tree(path)] : [path];
    }).flat().sort();
  }

  /** The bytes of one of its files. */
  read(name: string): Uint8Array {
    return Deno.readFileSync(this.at(name));
  }

  /** The names in it, those that begin with a dot included, sorted. */
  names(): string[] {
    return Array.from(Deno.readDirSync(this.path), ({ name }) => name).sort();
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Whether two arrays hold the same bytes; assertEquals takes seconds for megabytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** `size` bytes of every value, without order, the same each time (xorshift32, Marsaglia 2003). */
export function anyBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = 0x9e3779b9;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
