/**
 * A file on its way in: a hidden part beside its place, and the hashes of its blocks beside that.
 *
 * @module
 */
import type { FileHandle } from "node:fs/promises";
import { Exit, Failure } from "../base/errors.ts";
import { BLOCK_BYTES, RECORD_BLOCKS } from "../base/limits.ts";
import type { Exists } from "../wire/file_message.ts";
import { BlockHashes } from "./block_hashes.ts";
import { BlockIndex } from "./block_index.ts";
import { cannotSave } from "./cannot_save.ts";
import { codeOf, type Folder, withCode } from "./folder.ts";
import { giveName } from "./give_name.ts";
import { indexName, partName } from "./names.ts";
import { openPartFiles, type PartFiles } from "./part_files.ts";
import { Existing } from "./existing.ts";

/** What file systems can date, in seconds since 1970 (ext4: the year 2446); a peer may say anything. */
const LAST_TIME = 2 ** 34 - 2 ** 31;

/** What a file gets beside its bytes. */
export interface Attributes {
  /** Seconds since 1970. */
  modified?: number;
  /** Whether its owner may execute it. */
  executable?: boolean;
}

/**
 * A part, locked for as long as it is open. Whole blocks are appended; from time to time the disk is
 * made to keep them and then their hashes are recorded, so that whatever is killed at any moment, the
 * index tells no more than what is there.
 */
export class Part implements AsyncDisposable {
  /** Of the blocks that are there. */
  hashes: BlockHashes = new BlockHashes();
  readonly #folder: Folder;
  readonly #name: string;
  readonly #part: string;
  readonly #file: FileHandle;
  readonly #writer: Deno.FsFile;
  #existing?: Existing;
  #claimed?: { from: number; hash: string }; // of the existing file, until that is agreed on
  readonly #index: BlockIndex;
  readonly #opened: PartFiles;
  #size = 0;
  #recorded = 0; // blocks
  #recording: Promise<void> = Promise.resolve();
  #done = false;

  private constructor(folder: Folder, name: string, opened: PartFiles) {
    this.#folder = folder;
    this.#name = name;
    this.#part = partName(name);
    this.#file = opened.file;
    this.#writer = opened.writer;
    this.#index = new BlockIndex(opened.index);
    this.#opened = opened;
  }

  /**
   * Opens the part of the file that is to stand in `folder` under `name`, with all that is recorded of
   * it, or begins one. The folder stays the caller's, and open.
   *
   * @throws {Failure} exit 1 when another has it open, when something else has its name, or when the
   * folder cannot be written.
   */
  static async open(folder: Folder, name: string): Promise<Part> {
    try {
      const part = new Part(folder, name, await openPartFiles(folder, name));
      try {
        await part.#load();
        return part;
      } catch (error) {
        await part.#close();
        throw error;
      }
    } catch (error) {
      throw cannotSave(name, error);
    }
  }

  /** Bytes that are there. */
  get size(): number {
    return this.#size;
  }

  /** How many whole blocks are there. */
  get blocks(): number {
    return Math.floor(this.#size / BLOCK_BYTES);
  }

  /** What to ask for: all that is behind so many blocks, which have this hash. */
  get there(): { from: number; hash: string } {
    if (this.#claimed) return this.#claimed;
    return { from: this.blocks, hash: this.hashes.root(this.blocks) };
  }

  /** Bytes that were hashed here. */
  get hashed(): number {
    return this.hashes.computed + (this.#existing?.source.hashes.computed ?? 0);
  }

  /**
   * Goes on with the file that has the name, if the part is not that far: its whole blocks count as
   * {@linkcode there}. The file itself stays as it is until the new one, which has to begin with all
   * of it, is whole; the part does until {@linkcode agree}.
   */
  async goOn(): Promise<void> {
    try {
      this.#existing = await Existing.open(this.#folder, this.#name);
      const { source, blocks } = this.#existing;
      const known = this.hashes.root(Math.min(this.blocks, blocks));
      if (this.blocks >= blocks && await source.beginsWith(blocks, known)) {
        if (this.blocks > blocks) this.#checkRest(await this.#blockAt(blocks));
        return;
      }
      const buffer = new Uint8Array(BLOCK_BYTES);
      while (source.hashes.count < blocks) await source.hash(buffer);
      this.#claimed = { from: blocks, hash: source.hashes.root(blocks) };
    } catch (error) {
      throw cannotSave(this.#name, error);
    }
  }

  /** What is {@linkcode there} is the beginning of what comes. */
  async agree(): Promise<void> {
    if (!this.#claimed) return;
    try {
      await this.#clear();
      const { source, blocks } = this.#existing!;
      const buffer = new Uint8Array(BLOCK_BYTES);
      while (this.blocks < blocks) {
        await source.read(this.blocks, buffer);
        await this.#append(buffer, source.hashes.slice(this.blocks, this.blocks + 1));
      }
    } catch (error) {
      throw cannotSave(this.#name, error);
    }
  }

  /**
   * Forgets what is there.
   *
   * @throws {Failure} exit 1 when an existing file was to be gone on with: another one comes.
   */
  async restart(): Promise<void> {
    if (this.#existing) throw this.#somethingElse();
    await this.#clear();
  }

  /**
   * Appends a block; only the last one may be short. It may be changed once it resolves.
   *
   * @throws {Failure} exit 1 when the disk is full.
   */
  async write(block: Uint8Array): Promise<void> {
    if (this.blocks === this.#existing?.blocks) this.#checkRest(block);
    try {
      await this.#append(block);
    } catch (error) {
      this.hashes.truncate(this.blocks);
      throw cannotSave(this.#name, error);
    }
  }

  /**
   * Gives the whole file its name; the name that it has now, which is another one if the file was to
   * be numbered.
   *
   * @throws {Failure} exit 1 when the name is taken.
   */
  async keep({ modified, executable }: Attributes, exists?: Exists): Promise<string> {
    try {
      if (this.#existing) {
        if (this.#size < this.#existing.source.size) throw this.#somethingElse();
        if (await this.#existing.isThere()) exists = "replace";
      }
      await this.#recording;
      if (executable) await this.#file.chmod(0o777 & ~Deno.umask());
      if (modified !== undefined && modified < LAST_TIME) {
        await this.#file.utimes(modified, modified);
      }
      await this.#writer.sync();
      const name = await giveName(this.#folder, this.#part, this.#name, exists);
      this.#done = true;
      await this.#remove(indexName(this.#part));
      await this.#folder.sync();
      return name;
    } catch (error) {
      throw cannotSave(this.#name, error);
    }
  }

  /** Removes the part: nothing of it can be used. */
  async drop(): Promise<void> {
    this.#done = true;
    await this.#recording.catch(() => {});
    await this.#remove(this.#part);
    await this.#remove(indexName(this.#part));
  }

  /** Closes it, with all that is there recorded, for another time; an empty one is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#done) return;
      const copied = this.#existing && !this.#claimed && this.blocks <= this.#existing.blocks;
      if (this.blocks === 0 || copied) return await this.drop(); // nothing of it has come
      await this.#record().then(() => this.#recording).catch(() => {}); // what was recorded before counts
    } finally {
      await this.#close();
    }
  }

  /** What the index tells of is there; all else of the part is cut off. */
  async #load(): Promise<void> {
    const { size } = await this.#file.stat();
    const known = await this.#index.load(size);
    if (!known) throw withCode("EINVAL");
    this.hashes = known;
    this.#recorded = known.count;
    this.#size = known.count * BLOCK_BYTES;
    await this.#cut();
  }

  async #clear(): Promise<void> {
    this.#claimed = undefined;
    await this.#recording;
    await this.#index.clear();
    this.hashes.truncate(0);
    this.#size = this.#recorded = 0;
    await this.#cut();
  }

  /** What the existing file has behind its whole blocks must be the beginning of this one. */
  #checkRest(block: Uint8Array): void {
    if (!this.#existing!.rest.every((byte, i) => byte === block[i])) throw this.#somethingElse();
  }

  #somethingElse(): Failure {
    return new Failure(`Cannot go on with "${this.#name}": it is something else`, Exit.failed, {
      remedy: "--overwrite replaces it, --rename numbers the new one",
    });
  }

  async #blockAt(number: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(BLOCK_BYTES);
    const { bytesRead } = await this.#file.read(buffer, 0, BLOCK_BYTES, number * BLOCK_BYTES);
    return buffer.subarray(0, bytesRead);
  }

  /** Cuts off what is behind the known size, and goes on there. */
  async #cut(): Promise<void> {
    await this.#writer.truncate(this.#size);
    await this.#writer.seek(this.#size, Deno.SeekMode.Start);
  }

  /** Writes a block; its hash is made meanwhile, unless it is known. */
  async #append(block: Uint8Array, hash?: Uint8Array): Promise<void> {
    const writing = this.#writeAll(block);
    writing.catch(() => {}); // it is awaited, after the hash
    if (hash) this.hashes.push(hash);
    else this.hashes.add(block);
    await writing;
    this.#size += block.length;
    if (this.blocks - this.#recorded >= RECORD_BLOCKS) await this.#record();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#writer.write(bytes.subarray(at));
  }

  /** Begins a record of the blocks since the last, once that is written: one is under way at most. */
  async #record(): Promise<void> {
    await this.#recording;
    const from = this.#recorded, to = this.blocks;
    if (to === from) return;
    this.#recorded = to;
    const hashes = this.hashes.slice(from, to).slice();
    this.#recording = this.#writer.syncData().then(() => this.#index.append(from, hashes));
    this.#recording.catch(() => {}); // it is awaited before the next, and at the end
  }

  async #remove(name: string): Promise<void> {
    await this.#folder.unlink(name).catch((error) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
  }

  async #close(): Promise<void> {
    this.#opened.lock[Symbol.dispose]();
    this.#writer.close();
    await this.#opened.index.close();
    await this.#file.close();
    await this.#existing?.[Symbol.asyncDispose]();
  }
}
