/**
 * Parts of files for tests: a folder in which they lie, as labwire has it and as the system does.
 *
 * @module
 */
import { Folder } from "../../lib/files/folder.ts";
import { Part } from "../../lib/files/part.ts";
import { Folder as TempFolder } from "./folder.ts";
import { MIB } from "./transfer.ts";

/** A folder with files and parts; dispose to remove it. */
export class PartPlace implements AsyncDisposable {
  readonly temp: TempFolder;
  readonly folder: Folder;

  private constructor(temp: TempFolder, folder: Folder) {
    this.temp = temp;
    this.folder = folder;
  }

  static async make(files: Record<string, string | Uint8Array> = {}): Promise<PartPlace> {
    const temp = await TempFolder.make(files);
    return new PartPlace(temp, await Folder.open(temp.path));
  }

  /** Opens the part of `a.bin`, or of another file. */
  open(name = "a.bin"): Promise<Part> {
    return Part.open(this.folder, name);
  }

  /** Leaves a part with these bytes, written in turns of so many blocks, each ending in a record. */
  async leave(content: Uint8Array, turns: number[] = [content.length / MIB]): Promise<void> {
    let block = 0;
    for (const count of turns) {
      await using part = await this.open();
      const end = block + count;
      for (; block < end; block++) await part.write(blockOf(content, block));
    }
  }

  path(name: string): string {
    return `${this.temp.path}/${name}`;
  }

  read(name: string): Uint8Array {
    return Deno.readFileSync(this.path(name));
  }

  write(name: string, content: string | Uint8Array): void {
    if (typeof content === "string") Deno.writeTextFileSync(this.path(name), content);
    else Deno.writeFileSync(this.path(name), content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
    await this.temp[Symbol.asyncDispose]();
  }
}

/** Block number `number` of a content. */
export function blockOf(content: Uint8Array, number: number): Uint8Array {
  return content.subarray(number * MIB, (number + 1) * MIB);
}

/** Writes what is missing of a content. */
export async function complete(part: Part, content: Uint8Array): Promise<void> {
  while (part.size < content.length) await part.write(blockOf(content, part.blocks));
}
