/**
 * Whom a server lets in, what each of them may cost, and what is written down of it.
 *
 * @module
 */
import type { Accounts } from "../../lib/auth/accounts.ts";
import { makeSecret } from "../../lib/auth/keying.ts";
import type { Terms } from "../../lib/auth/meet.ts";
import { Tries } from "../../lib/auth/tries.ts";
import { Exit, Failure, reasonOf } from "../../lib/base/errors.ts";
import { MEMORY_BYTES, PER_ADDRESS } from "../../lib/base/limits.ts";
import type { RateLimit } from "../../lib/base/rate.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { formatBytes } from "../../lib/base/size.ts";
import { type Context, count, duration, rate, size, text } from "../../lib/cli/command.ts";
import { Guard } from "../../lib/net/guard.ts";
import { Memory } from "../../lib/net/memory.ts";
import { isLoopback } from "../../lib/net/party.ts";
import { AuditLog } from "./audit_log.ts";
import { readKeying } from "./cipher.ts";
import { readSecret, secretOptions, type SecretValues } from "./secret.ts";
import { servesTls, type TlsServerValues } from "./tls_server.ts";

/** Options of every server. */
export const trustOptions = {
  ...secretOptions,
  users: text("FILE", "let in those with an account only (labwire passwd makes the file)"),
  allow: text("LIST", "let in these addresses only: 10.0.0.0/8,::1 or @FILE"),
  deny: text("LIST", "keep these addresses out: as --allow, and stronger"),
  "max-per-address": count(
    "N",
    "connections of one address; 0: 250, but not for this machine",
    {
      initial: 0,
      least: 0,
    },
  ),
  rate: rate("what each may send in a second, messages or bytes: 20, 64K/s or 20,64K/s"),
  idle: duration("TIME", "let go who says nothing for so long; 0: nobody", 0),
  memory: size("SIZE", "what may wait for those who do not read, in all", MEMORY_BYTES),
  audit: text("FILE", "append what happens to a file, one JSON object a line"),
};

/** The values of {@linkcode trustOptions}. */
export interface TrustValues extends SecretValues, TlsServerValues {
  users?: string;
  allow?: string;
  deny?: string;
  "max-per-address": number;
  rate?: RateLimit;
  idle: number;
  memory: number;
  audit?: string;
  "max-clients": number;
}

/** All of it, ready for a server. */
export class Trust implements Disposable {
  /** What those who come must share, show and be. */
  readonly terms: Terms;
  /** What is kept in memory for them. */
  readonly memory: Memory;
  /** Where it is written down. */
  readonly audit: AuditLog;
  /** How fast each may send. */
  readonly rate?: RateLimit;
  /** How long each may be silent. */
  readonly idleMs?: number;
  readonly #values: TrustValues;
  #accounts?: Accounts;
  #hangup?: Disposable;
  #watcher?: (over: boolean) => void;

  private constructor(
    values: TrustValues,
    terms: Omit<Terms, "accounts">,
    accounts: Accounts | undefined,
    context: Context,
  ) {
    this.#values = values;
    this.#accounts = accounts;
    this.terms = accounts ? { ...terms, accounts: () => this.#accounts! } : terms;
    this.memory = new Memory(values.memory);
    this.audit = new AuditLog(values.audit, context);
    this.rate = values.rate;
    this.idleMs = values.idle > 0 ? values.idle : undefined;
  }

  /**
   * Reads what the options say.
   *
   * @throws {Failure} with the usage exit code when they do not fit together, or a file is no good.
   */
  static async open(values: TrustValues, context: Context): Promise<Trust> {
    const secret = await readSecret(values, context, true);
    if (values.users !== undefined && secret === undefined && !servesTls(values)) {
      throw new Failure("Cannot take passwords in clear", Exit.usage, {
        remedy: "add --secret, --tls-self-signed or --tls-cert to --users",
      });
    }
    if (values.users !== undefined && values.dialect !== undefined && values.dialect !== "native") {
      throw new Failure(`Cannot ask for accounts over ${values.dialect}`, Exit.usage, {
        remedy: "--users needs the native dialect",
      });
    }
    const keying = secret === undefined
      ? await readKeying(values, context.log)
      : await makeSecret(secret, { prepare: true });
    const guard = new Guard();
    guard.lists = await readLists(values);
    const terms = {
      keying,
      dialect: values.dialect,
      guard,
      tries: new Tries({ signal: context.signal }),
    };
    const trust = new Trust(values, terms, await readUsers(values.users), context);
    const atTerminal = Deno.stdin.isTerminal();
    trust.#hangup = context.onReload(async () => {
      if (atTerminal && !Deno.stdin.isTerminal()) return context.stop(); // the terminal has gone
      context.log(safe`labwire: ${await trust.reload()}`);
    });
    return trust;
  }

  /** How many connections an address may have: this machine's own has as many as there are places. */
  readonly maxPerAddress = (address: string): number => {
    const own = this.#values["max-per-address"];
    return own > 0 ? own : isLoopback(address) ? Infinity : PER_ADDRESS;
  };

  /** Calls `watcher` when they are about to be read again, and when they have been, until disposed. */
  watch(watcher: (over: boolean) => void): Disposable {
    this.#watcher = watcher;
    return { [Symbol.dispose]: () => this.#watcher = undefined };
  }

  /** Reads lists and accounts again; those who are in stay. What came of it, in words. */
  async reload(): Promise<string> {
    this.#watcher?.(false);
    let outcome = "Read the settings again";
    try {
      this.audit.reopen();
      const [lists, accounts] = [
        await readLists(this.#values),
        await readUsers(this.#values.users),
      ];
      this.terms.guard.lists = lists;
      this.#accounts = accounts;
    } catch (error) {
      outcome = `Cannot read the settings again; those before stay (${reasonOf(error)})`;
    }
    this.audit.write({ event: "reloaded", outcome });
    this.#watcher?.(true);
    return outcome;
  }

  /** The bounds in force, a line each; `inside` and `proving` are who is in and who is at the door. */
  limits(inside: number, proving: number): string[] {
    const { "max-clients": places, "max-per-address": each, users, idle } = this.#values;
    const { memory, rate, terms: { guard } } = this;
    const { allow, deny } = guard.lists;
    return [
      `clients: ${inside} of ${places}, and ${proving} showing who they are`,
      `connections per address: ${each || `${PER_ADDRESS} (this machine: any number)`}`,
      `memory: ${formatBytes(memory.used)} of ${formatBytes(this.#values.memory)}`,
      `rate: ${rate ? rateText(rate) : "as fast as they can"}`,
      `idle: ${idle > 0 ? `${idle / 1000} s` : "as long as they like"}`,
      `accounts: ${users === undefined ? "none" : `${this.#accounts?.all.length} in ${users}`}`,
      `addresses: ${allow?.entries.join(" ") ?? "all"}${
        deny ? `, except ${deny.entries.join(" ")}` : ""
      }`,
      `bans: ${guard.bans.length}${guard.locked ? "; locked" : ""}`,
    ];
  }

  /** Hears of no more hangups, and closes the audit log. */
  [Symbol.dispose](): void {
    this.#hangup?.[Symbol.dispose]();
    this.audit[Symbol.dispose]();
  }
}

async function readUsers(file: string | undefined): Promise<Accounts | undefined> {
  if (file === undefined) return undefined;
  const { readAccounts } = await import("../../lib/auth/accounts.ts");
  return await readAccounts(file);
}

async function readLists({ allow, deny }: TrustValues): Promise<Guard["lists"]> {
  if (allow === undefined && deny === undefined) return {};
  const { Networks } = await import("../../lib/net/networks.ts");
  const read = async (list: string) =>
    new Networks(list.startsWith("@") ? await readList(list.slice(1)) : list);
  return {
    allow: allow === undefined ? undefined : await read(allow),
    deny: deny === undefined ? undefined : await read(deny),
  };
}

async function readList(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Failure(`Cannot read the addresses of "${file}"`, Exit.usage, { cause });
  }
}

/** `20`, `64K/s` or both: `20,64K/s`. */
function rateText({ messages, bytes }: RateLimit): string {
  const parts = [];
  if (messages !== undefined) parts.push(`${messages} messages a second`);
  if (bytes !== undefined) parts.push(`${formatBytes(bytes)} a second`);
  return parts.join(", ");
}
