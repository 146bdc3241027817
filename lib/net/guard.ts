/**
 * Who may come in, by address and by account: lists that the operator was started with, and bans
 * and a lock made meanwhile.
 *
 * @module
 */
import type { Account } from "../base/account.ts";
import { nameKey } from "../base/names.ts";
import { Refusal } from "./meeting.ts";
import type { Networks } from "./networks.ts";
import { partyOf } from "./party.ts";

/** A person or a network that is kept out for a while. */
export interface Ban {
  /** What is kept out: the name of an account, or a network as {@linkcode partyOf} has it. */
  readonly who: string;
  /** Whether `who` is the name of an account. */
  readonly byName: boolean;
  /** When it ends, in milliseconds since 1970; Infinity: never. */
  readonly until: number;
}

/** The addresses that a server was told about. */
export interface Lists {
  /** Nobody else comes in. */
  allow?: Networks;
  /** They do not come in, whatever `allow` says. */
  deny?: Networks;
}

/** Keeps out who may not come in. What it says tells nothing but that. */
export class Guard {
  /** Whether nobody new comes in. */
  locked = false;
  /** What came of `--allow` and `--deny`; may be changed at any time. */
  lists: Lists = {};
  readonly #bans = new Map<string, Ban>();
  readonly #mutes = new Map<string, number>();
  readonly #watchers: ((ban: Ban) => void)[] = [];

  /** The bans that stand. */
  get bans(): Ban[] {
    const now = Date.now();
    for (const [key, { until }] of this.#bans) if (until <= now) this.#bans.delete(key);
    return [...this.#bans.values()];
  }

  /** Keeps somebody out for `ms`. */
  ban(who: string, { byName, ms }: { byName: boolean; ms: number }): Ban {
    const ban = { who, byName, until: Date.now() + ms };
    this.#bans.set(keyOf(who, byName), ban);
    for (const act of this.#watchers) act(ban);
    return ban;
  }

  /** Until when an account is not to be heard, in milliseconds since 1970; 0: it is. */
  mutedUntil({ name }: Account): number {
    return this.#mutes.get(nameKey(name)) ?? 0;
  }

  /** Lets an account not be heard until then, wherever it comes from; 0: let it be heard again. */
  mute({ name }: Account, until: number): void {
    if (until === 0) this.#mutes.delete(nameKey(name));
    else this.#mutes.set(nameKey(name), until);
  }

  /** Calls `act` at each ban: somebody of that name or address may be in. */
  watch(act: (ban: Ban) => void): void {
    this.#watchers.push(act);
  }

  /** Ends a ban, of a name or an address; whether there was one. */
  unban(who: string): boolean {
    const keys = [keyOf(who, true), keyOf(who, false), keyOf(partyOf(who), false)];
    return keys.filter((key) => this.#bans.delete(key)).length > 0;
  }

  /** Why somebody from that address, with that account if known, is not let in; undefined if it is. */
  refusal(address: string, account?: Account): Refusal | undefined {
    const { allow, deny } = this.lists;
    if (deny?.has(address) || (allow && !allow.has(address))) {
      return new Refusal("denied", "you are not allowed to come in from your address");
    }
    if (
      this.#stands(keyOf(partyOf(address), false)) ||
      (account && this.#stands(keyOf(account.name, true)))
    ) {
      return new Refusal("denied", "you are banned here");
    }
    return undefined;
  }

  #stands(key: string): boolean {
    const ban = this.#bans.get(key);
    return ban !== undefined && ban.until > Date.now();
  }
}

/** Whether a ban is about somebody from that address, with that account. */
export function concerns({ who, byName }: Ban, address: string, account?: Account): boolean {
  if (!byName) return who === partyOf(address);
  return account !== undefined && nameKey(account.name) === nameKey(who);
}

function keyOf(who: string, byName: boolean): string {
  return byName ? `name ${nameKey(who)}` : `address ${who}`;
}
