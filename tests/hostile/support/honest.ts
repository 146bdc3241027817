/**
 * Honest participants beside an attacker: they talk before, during and after, and miss nothing.
 *
 * @module
 */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { allDone } from "../../../lib/base/tasks.ts";
import { chat, hello, jsonChat } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { Program } from "../../support/program.ts";

/** Participants whose exchange is known beforehand. */
export interface Company {
  readonly peers: readonly Peer[];
  /** All of them say something, numbered from 1, and see what they must. */
  round(number: number): Promise<void>;
  /** Asserts that everything came once and in order. */
  check(rounds: number): void;
}

/** What an attack finds: a server, and others who go on talking. */
export class Scene {
  /** The server under attack. */
  readonly server: Program;
  /** Where it listens. */
  readonly port: number;
  readonly #company: Company;
  #rounds = 0;
  #over = false;
  #talking?: Promise<void>;
  #spoken = Promise.withResolvers<void>();

  /** See {@linkcode amongHonest}. */
  constructor(server: Program, port: number, company: Company) {
    this.server = server;
    this.port = port;
    this.#company = company;
  }

  /** A new connection, which reads what comes. */
  connect(): Promise<Peer> {
    return Peer.connect(this.port);
  }

  /** One more of labwire's own clients; dispose to end it. */
  join(name: string): Program {
    return Program.labwire(["connect", `127.0.0.1:${this.port}`, "--name", name]);
  }

  /** A new connection, which reads nothing. */
  connectDeaf(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  /** A new connection that has said a native hello and was welcomed. */
  async connectNative(name?: string): Promise<Peer> {
    const peer = await this.connect();
    await peer.send(hello(name));
    await peer.sees('"type":"welcome"');
    return peer;
  }

  /** Waits until the others have said something, and heard it, from now on. */
  async round(): Promise<void> {
    for (const until = this.#rounds + 2; this.#rounds < until;) {
      await Promise.race([this.#spoken.promise, this.#talking]);
    }
  }

  /** Waits, round by round, until something holds of which no event tells; fails after 20 s. */
  async until(holds: () => boolean): Promise<void> {
    const late = performance.now() + 20_000;
    while (!holds()) {
      assert(performance.now() < late, `not in 20 s: ${holds}`);
      await this.round();
    }
  }

  /** The others talk until {@linkcode hush}; at least once. */
  talk(): Promise<void> {
    return this.#talking ??= this.#talk();
  }

  /** Ends the talk after one more round. */
  hush(): void {
    this.#over = true;
  }

  async #talk(): Promise<void> {
    for (let last = false; !last;) {
      last = this.#over;
      await this.#company.round(++this.#rounds);
      this.#spoken.resolve();
      this.#spoken = Promise.withResolvers<void>();
    }
    this.#company.check(this.#rounds);
  }
}

/** Brings those together who talk at a port; one of each dialect unless said otherwise. */
export type Gathering = (port: number, server: Program) => Promise<Company>;

/** How the honest are brought together, and what a server needs beside its arguments. */
export interface Setting {
  /** Who is there. */
  gather?: Gathering;
  /** The server's environment. */
  env?: Record<string, string>;
  /** Failures of connections that are the attacker's own, by their reason in the server's log. */
  expected?: RegExp;
}

/**
 * Starts a server, lets honest participants talk while `attack` does its worst, and asserts that they
 * miss nothing, that no handler failed, and that the server then stops as if nothing had been.
 */
export async function amongHonest(
  args: string[],
  attack: (scene: Scene) => Promise<void>,
  { gather = gatheringFor(args), env, expected }: Setting = {},
): Promise<void> {
  await using server = Program.labwire(args, { env });
  const port = await server.port();
  const company = await gather(port, server);
  const scene = new Scene(server, port, company);
  const talking = scene.talk();
  await allDone([talking, scene.round().then(() => attack(scene)).finally(() => scene.hush())]);
  for (const peer of company.peers) await peer.close();
  server.signal("SIGTERM");
  const { code, stderr } = await server.ended();
  assertEquals(code, 0, stderr);
  const log = expected
    ? stderr.replace(new RegExp(`failed: (${expected.source})`, "g"), "")
    : stderr;
  assertNotMatch(log, /failed: |labwire: Cannot|error:|\.ts:\d/);
}

function gatheringFor(args: string[]): Gathering {
  return args[0] === "serve" && !args.includes("--mode")
    ? Chatters.join
    : (port) => Askers.join(port, args[0]);
}

/** In a chat room, one for each dialect: Ada (text), Ben (native), Cleo (json), Dan (raw). */
class Chatters implements Company {
  readonly peers: Peer[];
  static readonly #NAMES = ["Ada", "Ben", "Cleo", "Dan"];

  private constructor(peers: Peer[]) {
    this.peers = peers;
  }

  static async join(port: number): Promise<Chatters> {
    const peers: Peer[] = [];
    for (const _ of Chatters.#NAMES) peers.push(await Peer.connect(port));
    const [ada, ben, cleo, dan] = peers;
    await ada.send("/nick Ada\n");
    await ben.send(hello("Ben"));
    await cleo.send(jsonChat("Cleo", "/nick Cleo"));
    await dan.send("/nick Dan");
    await ada.sees("You are Ada\n");
    await ben.sees('"name":"Ben"');
    await cleo.sees(bytesOf("You are Cleo"));
    await dan.sees("You are Dan");
    return new Chatters(peers);
  }

  /** Raw Dan's quiet gap sets the pace: 20 ms. */
  async round(number: number): Promise<void> {
    const text = `word ${number}`;
    const [ada, ben, cleo, dan] = this.peers;
    await Promise.all([
      ada.send(`${text}\n`),
      ben.send(chat(text)),
      cleo.send(jsonChat("Cleo", text)),
      dan.send(text),
    ]);
    const hearing = this.peers.flatMap((peer, listener) =>
      Chatters.#NAMES.filter((_, speaker) => speaker !== listener).map((name) =>
        peer.sees(sign(listener, name, text))
      )
    );
    await Promise.all(hearing);
  }

  check(rounds: number): void {
    const all = Array.from({ length: rounds }, (_, i) => `word ${i + 1}`);
    this.peers.forEach((peer, listener) => {
      for (const [speaker, name] of Chatters.#NAMES.entries()) {
        const heard = wordsOf(listener, name, peer.received);
        assertEquals(heard, speaker === listener ? [] : all, `${listener} of ${name}`);
      }
    });
  }
}

/** How a word of `name` looks to a chatter, by the chatter's dialect. */
function sign(listener: number, name: string, text: string): string | RegExp {
  if (listener === 1) return `"from":"${name}","text":"${text}"`;
  if (listener !== 2) return `${name}: ${text}\n`;
  return new RegExp(`"username":"${name}","timestamp":[\\d.]+,"message":"${bytesOf(text)}"`);
}

function wordsOf(listener: number, name: string, received: string): string[] {
  const pattern = listener === 1
    ? `"from":"${name}","text":"(word \\d+)"`
    : listener === 2
    ? `"username":"${name}","timestamp":[\\d.]+,"message":"(.*?)"`
    : `(?:^|\n|Dan)${name}: (word \\d+)(?=\n)`;
  const words = Array.from(received.matchAll(new RegExp(pattern, "g")), ([, word]) => word);
  return listener === 2 ? words.map(atob).filter((word) => word.startsWith("word ")) : words;
}

/** Base64 as a pattern. */
function bytesOf(text: string): string {
  return btoa(text).replaceAll("+", "\\+");
}

/** What is asked in each kind of exchange, what is answered, and all answers of that sort. */
const EXCHANGES: Record<string, {
  question: (number: number) => string;
  answer: (number: number) => string;
  answers: RegExp;
}> = {
  "serve": {
    question: (number) => `word ${number}`,
    answer: (number) => `word ${number} ACK`,
    answers: /word \d+ ACK/g,
  },
  "echo-reverse": {
    question: (number) => `word ${number}`,
    answer: (number) => [...`word ${number}`].reverse().join(""),
    answers: /\d+ drow/g,
  },
  "fileserver": { question: () => "list", answer: () => "small.txt", answers: /small\.txt/g },
};

/** Where one asks and is answered: in text, native and raw. */
class Askers implements Company {
  readonly peers: Peer[];
  readonly #exchange: typeof EXCHANGES[string];

  private constructor(peers: Peer[], exchange: typeof EXCHANGES[string]) {
    this.peers = peers;
    this.#exchange = exchange;
  }

  static async join(port: number, command: string): Promise<Askers> {
    const peers: Peer[] = [];
    for (let i = 0; i < 3; i++) peers.push(await Peer.connect(port));
    const [ada, ben, dan] = peers;
    await ben.send(hello("Ben"));
    await ben.sees('"type":"welcome"');
    if (command === "serve") { // in mode ack
      await ada.send("Ada\n");
      await dan.send("Dan");
      await ada.sees("successfully.\n");
      await dan.sees("successfully.");
    }
    return new Askers(peers, EXCHANGES[command]);
  }

  async round(number: number): Promise<void> {
    const [ada, ben, dan] = this.peers;
    const question = this.#exchange.question(number);
    await Promise.all([ada.send(`${question}\n`), ben.send(chat(question)), dan.send(question)]);
    const { source } = this.#exchange.answers;
    // So many answers; the lookahead keeps what it found, else the engine would try all ways.
    const answered = new RegExp(`^(?:(?=([^]*?${source}))\\1){${number}}`);
    await Promise.all(this.peers.map((peer) => peer.sees(answered)));
  }

  check(rounds: number): void {
    const all = Array.from({ length: rounds }, (_, i) => this.#exchange.answer(i + 1));
    for (const { received } of this.peers) {
      assertEquals(received.match(this.#exchange.answers), all);
    }
  }
}
