/**
 * Honest participants beside the cases: all that comes to them can be read, and they are answered.
 *
 * @module
 */
import { assert } from "@std/assert";
import { greet } from "../../lib/auth/greeting.ts";
import { type Keying, makeKeying } from "../../lib/auth/keying.ts";
import { isClosed } from "../../lib/base/errors.ts";
import { within } from "../../lib/base/tasks.ts";
import { Connection } from "../../lib/net/connection.ts";
import { type Dialect, framingOf } from "../../lib/wire/dialect.ts";
import { decodeJson, encodeJson } from "../../lib/wire/json_message.ts";
import type { Message } from "../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../lib/wire/native_message.ts";
import { decodeText, encodeText } from "../../lib/wire/utf8.ts";
import { HARM, LEAK } from "./oracles.ts";

/** How long an answer may take while a case does its worst. */
const ANSWER_MS = 10_000;

const PLAIN = await makeKeying("none");

/** Who somebody is, beyond a name. */
export interface Shown {
  readonly keying: Keying;
  readonly user?: string;
  readonly password?: string;
}

/** Somebody who speaks one dialect as it should be. */
export class Honest implements AsyncDisposable {
  /** The last ticket that it was given. */
  ticket = "";
  readonly #conn: Connection;
  readonly #dialect: Dialect;
  readonly #receiving: Promise<void>;
  #wanted = "";
  #seen?: PromiseWithResolvers<void>;
  #offers = 0;

  private constructor(conn: Connection, dialect: Dialect) {
    this.#conn = conn;
    this.#dialect = dialect;
    this.#receiving = this.#receive();
    this.#receiving.catch(() => {}); // whoever waits for something hears of it
  }

  /** Joins a server on this machine; over json and text the name comes with the first words. */
  static async join(
    port: number,
    dialect: Dialect,
    name?: string,
    shown: Shown = { keying: PLAIN },
  ): Promise<Honest> {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    socket.setNoDelay(true);
    const conn = new Connection(socket);
    if (dialect === "native") await greet(conn, { name, ...shown });
    else conn.speak(dialect, framingOf(dialect, { client: true }));
    return new Honest(conn, dialect);
  }

  /** Says something; over json under this name. */
  async say(text: string, name = "guest"): Promise<void> {
    const { dialect } = this.#conn;
    if (dialect === "native") await this.send({ type: "chat", text });
    else await this.#conn.send([dialect === "json" ? encodeJson(name, text, 1) : encodeText(text)]);
  }

  /** Sends a message, over native. */
  async send(message: Message): Promise<void> {
    await this.#conn.send([encodeNative(message)]);
  }

  /** Waits until something comes that holds this text. */
  async sees(text: string): Promise<void> {
    this.#wanted = text;
    this.#seen = Promise.withResolvers();
    const late = () => new Error(`the honest one over ${this.#dialect} did not see "${text}"`);
    const gone = this.#receiving.then(() => {
      throw new Error(`the honest one over ${this.#dialect} was left, and waited for "${text}"`);
    });
    await within(ANSWER_MS, Promise.race([this.#seen.promise, gone]), late);
  }

  /** Leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    await this.#receiving.catch(() => {});
  }

  async #receive(): Promise<void> {
    try {
      for (let batch; (batch = await this.#conn.receive()) !== null;) {
        for (const payload of batch) this.#take(payload);
      }
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }

  #take(payload: Uint8Array): void {
    const text = this.#textOf(payload);
    assert(!text.startsWith("Gus: "), "a guest was heard");
    assert(!LEAK.test(text), `an honest one was told ${JSON.stringify(text)}`);
    if (this.#seen && text.includes(this.#wanted)) this.#seen.resolve();
  }

  #textOf(payload: Uint8Array): string {
    if (this.#dialect === "json") {
      const { from, text } = decodeJson(payload);
      return `${from}: ${text}`;
    }
    if (this.#dialect !== "native") {
      const text = decodeText(payload);
      assert(!HARM.test(text), `a terminal was sent ${JSON.stringify(text)}`);
      return text;
    }
    const message = decodeNative(payload);
    if (message.type === "ticket") this.ticket = message.ticket;
    // Every other offer is taken, so that tickets are given out.
    if (message.type === "offer" && this.#offers++ % 2 === 0) {
      this.send({ type: "command", name: "accept", argument: `${message.id}` }).catch(() => {});
    }
    if (message.type === "chat") return `${message.from}: ${message.text}`;
    return JSON.stringify(message);
  }
}

/** Honest participants of one server. */
export interface Company extends AsyncDisposable {
  /** The last ticket that one of them was given. */
  readonly ticket: string;
  /** Each says something, numbered, and sees what it must. */
  round(number: number): Promise<void>;
}

/** In a room: two over native, one over text, one over json. */
export async function chatters(port: number): Promise<Company> {
  const ada = await Honest.join(port, "native", "Ada");
  const ron = await Honest.join(port, "native", "Ron");
  const tex = await Honest.join(port, "text");
  const jay = await Honest.join(port, "json");
  const named = ada.sees("Tex");
  await tex.say("/nick Tex");
  await named;
  const heard = ada.sees("Jay: here");
  await jay.say("here", "Jay");
  await heard;
  return {
    get ticket() {
      return ron.ticket || ada.ticket;
    },
    async round(number) {
      const word = `word ${number}`;
      const seen = [ron, tex, jay].map((each) => each.sees(`Ada: ${word}`));
      await ada.say(word);
      await Promise.all(seen);
      const answered = ada.sees(`Tex: ${word}`);
      await tex.say(word);
      await answered;
    },
    async [Symbol.asyncDispose]() {
      for (const each of [ada, ron, tex, jay]) await each[Symbol.asyncDispose]();
    },
  };
}

/** In a room behind a secret: two, each as they show who they are, who hear no guest. */
export async function insiders(
  port: number,
  { ada, ron }: { ada: Shown; ron: Shown },
): Promise<Company> {
  const first = await Honest.join(port, "native", "Ada", ada);
  const second = await Honest.join(port, "native", "Ron", ron);
  return {
    get ticket() {
      return second.ticket || first.ticket;
    },
    async round(number) {
      const word = `word ${number}`;
      const seen = second.sees(`Ada: ${word}`);
      await first.say(word);
      await seen;
      const answered = first.sees(`Ron: ${word}`);
      await second.say(word);
      await answered;
    },
    async [Symbol.asyncDispose]() {
      for (const each of [first, second]) await each[Symbol.asyncDispose]();
    },
  };
}

/** What is asked, and what the answer holds. */
export type Exchange = readonly [question: string, answer: string];

/**
 * Where each is answered alone: one over native, one over text. `first` is what is said over text
 * before all else.
 */
export async function askers(
  port: number,
  exchange: (number: number) => Exchange,
  first?: Exchange,
): Promise<Company> {
  const ada = await Honest.join(port, "native", "Ada"), tex = await Honest.join(port, "text");
  const all = [ada, tex];
  if (first) await ask(tex, first);
  return {
    ticket: "",
    async round(number) {
      await Promise.all(all.map((each) => ask(each, exchange(number))));
    },
    async [Symbol.asyncDispose]() {
      for (const each of all) await each[Symbol.asyncDispose]();
    },
  };
}

async function ask(who: Honest, [question, answer]: Exchange): Promise<void> {
  const seen = who.sees(answer);
  await who.say(question);
  await seen;
}
