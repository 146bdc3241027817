/**
 * Twenty honest participants of a room, who count what they hear rather than keep it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { sleep } from "../../../lib/base/tasks.ts";
import { chat, hello, jsonChat } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import type { Company, Gathering } from "./honest.ts";
import type { Program } from "../../support/program.ts";

/** How many there are; places are counted by it. */
export const HONEST = 20;

/** How somebody of one dialect asks for a name, says something, and sees what another has said. */
interface Manner {
  /** Nothing where whoever connects has a name already. */
  join?(name: string): string | Uint8Array;
  /** What tells that the name was given. */
  joined: string;
  say(name: string, text: string): string | Uint8Array;
  /** The speaker's number, and the words. */
  heard: RegExp;
  /** Where a piece ends that can be looked at. */
  end: string;
  /** The words, where they are not in clear. */
  decode?: (words: string) => string;
}

const LINES: Manner = {
  join: (name) => `/nick ${name}\n`,
  joined: "You are ",
  say: (_name, text) => `${text}\n`,
  heard: /^Honest(\d+): (.*)$/gm,
  end: "\n",
};
const NATIVE: Manner = {
  join: (name) => hello(name),
  joined: '"type":"welcome"',
  say: (_name, text) => chat(text),
  heard: /"from":"Honest(\d+)","text":"(.*?)"/g,
  end: "}",
};
const OBJECTS: Manner = {
  join: (name) => jsonChat(name, `/nick ${name}`),
  joined: btoa("You are H"), // nine bytes, so that what follows changes nothing
  say: (name, text) => jsonChat(name, text),
  heard: /"username":"Honest(\d+)","timestamp":[^,]+,"message":"(.*?)"/g,
  end: "}",
  decode: atob,
};
/** Its quiet gap sets the pace of all: 20 ms. */
const RAW: Manner = { ...LINES, join: (name) => `/nick ${name}`, say: (_name, text) => text };
/** What is spoken under a secret, once the greeting is over: the name was in it. */
const GREETED: Manner = { ...NATIVE, join: undefined };

/** What a raw gap is to the others: without a pace, talk alone would keep all cores busy. */
const PACE_MS = 20;

const MANNERS = [RAW, ...Array(6).fill(LINES), ...Array(7).fill(NATIVE), ...Array(6).fill(OBJECTS)];

/** How one of them comes to a server: with a name where the greeting is part of it. */
export type Way = (port: number, name: string, server: Program) => Promise<Peer>;

/** Each says its words in every round, and hears those of all others once and in order. */
export class Crowd implements Company {
  /** Their connections. */
  readonly peers: readonly Peer[];
  readonly #members: Member[];
  readonly #paced: boolean;

  private constructor(members: Member[], paced: boolean) {
    this.#members = members;
    this.#paced = paced;
    this.peers = members.map(({ peer }) => peer);
  }

  /** Lets them join one after the other, in all dialects, over TCP unless they have another way. */
  static joining(way: Way = Peer.connect): Gathering {
    return Crowd.#gathering(way, MANNERS);
  }

  /** The same where all come by the library's own greeting, with a secret, or an account. */
  static greeted(way: Way): Gathering {
    return Crowd.#gathering(way, Array(HONEST).fill(GREETED));
  }

  static #gathering(way: Way, manners: Manner[]): Gathering {
    return async (port, server) => {
      const members: Member[] = [];
      for (const [i, manner] of manners.entries()) {
        members.push(await Member.join(i, manner, (name) => way(port, name, server)));
      }
      assertEquals(members.length, HONEST);
      return new Crowd(members, !manners.includes(RAW));
    };
  }

  /** See {@linkcode Company}. */
  async round(number: number): Promise<void> {
    if (this.#paced) await sleep(PACE_MS);
    await Promise.all(this.#members.map((member) => member.say(number)));
    await Promise.all(this.#members.map((member) => member.hears(number)));
  }

  /** See {@linkcode Company}. */
  check(rounds: number): void {
    for (const member of this.#members) member.check(rounds);
  }
}

/** One of them. */
class Member {
  readonly peer: Peer;
  readonly #index: number;
  readonly #manner: Manner;
  /** The last word heard of each. */
  readonly #heard: number[] = Array(HONEST).fill(0);

  private constructor(peer: Peer, index: number, manner: Manner) {
    this.peer = peer;
    this.#index = index;
    this.#manner = manner;
  }

  get #name(): string {
    return nameOf(this.#index);
  }

  static async join(
    index: number,
    manner: Manner,
    come: (name: string) => Promise<Peer>,
  ): Promise<Member> {
    const peer = await come(nameOf(index));
    const member = new Member(peer, index, manner);
    if (!manner.join) return member;
    await peer.send(manner.join(member.#name));
    await peer.sees(manner.joined);
    await peer.sees(manner === RAW ? member.#name : manner.end);
    peer.received = "";
    return member;
  }

  async say(number: number): Promise<void> {
    await this.peer.send(this.#manner.say(this.#name, `word ${number}`));
  }

  async hears(number: number): Promise<void> {
    await this.peer.until(() => {
      this.#listen();
      return this.#heard.every((last, i) => last === number || i === this.#index);
    }, `word ${number} of everybody to ${this.#name}`);
  }

  check(rounds: number): void {
    const all = Array.from(this.#heard, (_, i) => i === this.#index ? 0 : rounds);
    assertEquals(this.#heard, all);
  }

  #listen(): void {
    const { peer } = this;
    const { heard, end, decode = (words: string) => words } = this.#manner;
    const whole = peer.received.lastIndexOf(end) + 1;
    for (const [, speaker, words] of peer.received.slice(0, whole).matchAll(heard)) {
      const due = `word ${++this.#heard[Number(speaker)]}`;
      assert(Number(speaker) !== this.#index && decode(words) === due, `${words} for ${due}`);
    }
    peer.received = peer.received.slice(whole);
  }
}

/** What the honest are called; {@linkcode Manner.heard} knows it. */
export function nameOf(index: number): string {
  return `Honest${index}`;
}
