import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { BLOCK_BYTES } from "../base/limits.ts";
import { encodeText } from "../wire/utf8.ts";
import { BlockHashes, HASH_BYTES } from "./block_hashes.ts";

const HEADER = "labwire part 1\n";
const RECORD = /^(\d+) ([0-9a-f]+) ([0-9a-f]{8})$/;

/**
 * The hashes of a part's blocks, in a file beside it. Behind a header each record is a line
 * `FIRST HASHES CHECK`: the number of its first block, the hashes one behind the other in hexadecimal,
 * and the first 8 digits of the SHA-256 of what stands before, which a torn line does not have.
 */
export class BlockIndex {
  readonly #file: FileHandle;
  #length = HEADER.length;

  /** The file stays the caller's. */
  constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * The hashes of as many blocks as a part of `size` bytes can have; all behind the first bad record
   * is cut off. Undefined when the file is no index, or is empty where a part is not: that one is
   * somebody else's.
   */
  async load(size: number): Promise<BlockHashes | undefined> {
    const text = await this.#file.readFile({ encoding: "utf8" });
    const begun = HEADER.startsWith(text); // empty, or torn
    if (begun ? size > 0 && text !== HEADER : !text.startsWith(HEADER)) return undefined;
    if (begun) await this.#file.write(encodeText(HEADER), 0, HEADER.length, 0);
    const known = new BlockHashes();
    for (const line of text.slice(HEADER.length).split("\n").slice(0, -1)) {
      const hashes = hashesIn(line, known.count);
      if (!hashes) break;
      if ((known.count + hashes.length / HASH_BYTES) * BLOCK_BYTES > size) break;
      known.push(hashes);
      this.#length += line.length + 1;
    }
    await this.#file.truncate(this.#length);
    return known;
  }

  /** Appends a record: the hashes of blocks from number `first` on. */
  async append(first: number, hashes: Uint8Array): Promise<void> {
    const record = `${first} ${hashes.toHex()}`;
    const line = encodeText(`${record} ${checkOf(record)}\n`);
    const position = this.#length;
    this.#length += line.length;
    await this.#file.write(line, 0, line.length, position);
  }

  /** Forgets all records. */
  async clear(): Promise<void> {
    this.#length = HEADER.length;
    await this.#file.truncate(this.#length);
  }
}

function hashesIn(line: string, first: number): Uint8Array | undefined {
  const [, number, hashes, check] = RECORD.exec(line) ?? [];
  if (number !== `${first}` || check !== checkOf(`${number} ${hashes}`)) return undefined;
  return hashes.length % (2 * HASH_BYTES) === 0 ? Uint8Array.fromHex(hashes) : undefined;
}

function checkOf(record: string): string {
  return createHash("sha256").update(record).digest("hex").slice(0, 8);
}
