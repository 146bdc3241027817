/**
 * The people a server knows: a file of names, roles and hashed passwords.
 *
 * @module
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { type Account, type Role, ROLES } from "../base/account.ts";
import { Exit, Failure, ProtocolError, reasonOf, whyUnreadable } from "../base/errors.ts";
import { PASSWORD_BYTES, SCRYPT_COST } from "../base/limits.ts";
import { checkedName, nameKey } from "../base/names.ts";
import { SALT_BYTES, stretch } from "./stretch.ts";

const HASH_BYTES = 32;

/** What is kept of a password (RFC 7914): enough to check one, not enough to know it. */
interface Hashed {
  cost: number;
  salt: Uint8Array;
  hash: Uint8Array;
}

interface Entry extends Account {
  readonly hashed: Hashed;
}

/**
 * Accounts as they stand in a file, one line each, `#` for comments:
 *
 *     Ada:instructor:scrypt:32768:<salt in base64>:<hash in base64>
 *
 * The hash is scrypt of the password in NFC and UTF-8, with N as it says, r = 8, p = 1, 32 bytes.
 */
export class Accounts {
  readonly #entries = new Map<string, Entry>();
  readonly #stretch: typeof stretch;
  readonly #comments: string[] = [];
  readonly #nobody = {
    salt: randomBytes(SALT_BYTES),
    hash: randomBytes(HASH_BYTES),
  };

  /**
   * Reads the lines of a file. A test may count what `hash` does.
   *
   * @throws {Failure} with the usage exit code, naming the line that cannot be read.
   */
  constructor(text = "", { hash = stretch }: { hash?: typeof stretch } = {}) {
    this.#stretch = hash;
    for (const [at, line] of text.split(/\r?\n/).entries()) {
      const plain = line.trim(); // as a name is: a space before `#` makes no name of it
      if (plain.startsWith("#")) this.#comments.push(`${plain}\n`);
      if (plain === "" || plain.startsWith("#")) continue;
      try {
        this.#add(parseEntry(line));
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        throw new Failure(`Cannot read line ${at + 1} of the users: ${error.message}`, Exit.usage, {
          remedy: "labwire passwd writes such lines",
        });
      }
    }
  }

  /** Everybody, in the order of the file. */
  get all(): Account[] {
    return [...this.#entries.values()].map(({ name, role }) => ({ name, role }));
  }

  /** The account of that name, without a proof. */
  find(name: string): Account | undefined {
    return this.#entries.get(nameKey(name));
  }

  /**
   * The account, if name and password are right. What is wrong is not told, and a name that is not
   * known costs the same scrypt (about 80 ms of another thread) as one that is.
   */
  async login(name: string, password: string): Promise<Account | undefined> {
    const entry = this.#entries.get(nameKey(name));
    // One that is not known costs what the others do: all of a file cost the same, if passwd made it.
    const [first] = this.#entries.values();
    const { cost, salt, hash } = entry?.hashed ??
      { ...this.#nobody, cost: first?.hashed.cost ?? SCRYPT_COST };
    const usable = isUsable(password); // one that is not costs no more than one that is
    const guess = await this.#stretch(usable ? password : "", salt, { cost, bytes: HASH_BYTES });
    const right = timingSafeEqual(guess, hash) && usable;
    return right && entry ? { name: entry.name, role: entry.role } : undefined;
  }

  /**
   * Adds an account, or changes one; without a password only its role.
   *
   * @throws {Failure} with the usage exit code when the name is none, looks like that of another
   * account, or the password cannot be used.
   */
  async set(wish: string, role: Role | undefined, password?: string): Promise<Account> {
    try {
      const name = checkedName(wish);
      if (name.startsWith("#")) throw new ProtocolError('a line that begins with "#" is a comment');
      const before = this.#entries.get(nameKey(name));
      if (before && before.name !== name) {
        throw new ProtocolError(`the name looks like "${before.name}", which is there already`);
      }
      if (!before && password === undefined) throw new ProtocolError("there is no such account");
      const hashed = password === undefined ? before!.hashed : await hashOf(password);
      const entry = { name, role: role ?? before?.role ?? "student", hashed };
      this.#entries.set(nameKey(name), entry);
      return { name, role: entry.role };
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      throw new Failure(`Cannot set the account "${wish}": ${reasonOf(cause)}`, Exit.usage, {
        cause,
      });
    }
  }

  /** Takes an account away; whether it was there. */
  remove(name: string): boolean {
    return this.#entries.delete(nameKey(name));
  }

  /** The lines of the file, comments first. */
  toString(): string {
    return this.#comments.join("") +
      [...this.#entries.values()].map(({ name, role, hashed: { cost, salt, hash } }) =>
        `${name}:${role}:scrypt:${cost}:${salt.toBase64()}:${hash.toBase64()}\n`
      ).join("");
  }

  #add(entry: Entry): void {
    const before = this.#entries.get(nameKey(entry.name));
    if (before) throw new ProtocolError(`"${entry.name}" looks like "${before.name}"`);
    this.#entries.set(nameKey(entry.name), entry);
  }
}

/**
 * Reads a file of accounts; whoever can read it can try passwords, so it must be its owner's alone.
 *
 * @throws {Failure} with the usage exit code when it cannot be read, or others may read it.
 */
export async function readAccounts(file: string): Promise<Accounts> {
  let text: string, mode: number | null;
  try {
    ({ mode } = await Deno.stat(file));
    text = await Deno.readTextFile(file);
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    throw new Failure(`Cannot read the users of "${file}": ${whyUnreadable(cause)}`, Exit.usage, {
      cause,
      remedy: missing ? `labwire passwd ${file} NAME makes it` : undefined,
    });
  }
  if (Deno.build.os !== "windows" && mode !== null && (mode & 0o077) !== 0) {
    throw new Failure(`Cannot use "${file}": others on this machine may read it`, Exit.usage, {
      remedy: `chmod 600 ${file}`,
    });
  }
  return new Accounts(text);
}

function parseEntry(line: string): Entry {
  const [wish, role, kind, cost, salt, hash, ...more] = line.trim().split(":");
  if (kind !== "scrypt" || hash === undefined || more.length > 0) {
    throw new ProtocolError("it is not NAME:ROLE:scrypt:N:SALT:HASH");
  }
  if (!ROLES.includes(role as Role)) {
    throw new ProtocolError(`"${role}" is no role: ${ROLES.join(", ")}`);
  }
  const power = Math.log2(Number(cost));
  if (!Number.isInteger(power) || power < 10 || power > 20) {
    throw new ProtocolError(`"${cost}" is no power of two from 1024 to 1048576`);
  }
  const hashed = { cost: Number(cost), salt: bytesOf(salt), hash: bytesOf(hash) };
  if (hashed.hash.length !== HASH_BYTES) throw new ProtocolError("its hash is not 32 bytes long");
  return { name: checkedName(wish), role: role as Role, hashed };
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    throw new ProtocolError("its salt or hash is no base64");
  }
}

async function hashOf(password: string): Promise<Hashed> {
  if (password === "") throw new ProtocolError("an empty password lets everybody in");
  if (!isUsable(password)) {
    throw new ProtocolError(`a password has at most ${PASSWORD_BYTES} bytes`);
  }
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  return { cost: SCRYPT_COST, salt, hash: await stretch(password, salt, { bytes: HASH_BYTES }) };
}

function isUsable(password: string): boolean {
  return new TextEncoder().encode(password).length <= PASSWORD_BYTES;
}
