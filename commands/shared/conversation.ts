/**
 * What is typed or piped in goes to a server, and what it says is shown: a client's conversation.
 *
 * @module
 */
import { Exit, Failure, isClosed, plainReason } from "../../lib/base/errors.ts";
import type { Emit } from "../../lib/base/events.ts";
import { safe, type SafeText } from "../../lib/base/safe_text.ts";
import { onAbort, sleep } from "../../lib/base/tasks.ts";
import { Client } from "../../lib/chat/client.ts";
import type { LineKind } from "../../lib/chat/client_events.ts";
import type { ClientFiles } from "../../lib/chat/client_files.ts";
import type { Context } from "../../lib/cli/command.ts";
import { type Address, formatAddress } from "../../lib/net/address.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { type LineSource, openInput } from "../../lib/term/input.ts";
import { note, print, type Tone } from "../../lib/term/screen.ts";
import { Lines } from "./lines.ts";

const TONES: Record<LineKind, Tone> = {
  message: "plain",
  private: "bright",
  notice: "faint",
  error: "alarm",
  result: "faint",
};

/** A server that has been reached, and greeted where its dialect has that. */
export interface Reached {
  /** Speaks the server's dialect. */
  conn: Connection;
  target: Address;
  /** Our name there, as far as there is one. */
  name?: string;
  /** What a labwire server can do. */
  features: string[];
  /** What it has greeted us with, which is shown already. */
  greeting?: readonly SafeText[];
}

/** How to talk. */
export interface Talk {
  /** Milliseconds between messages over raw and json. */
  paceMs: number;
  /** Milliseconds of silence, after the end of input, that end it over a foreign dialect. */
  lingerMs: number;
  /** Makes what moves files, in the name that we have then; `status` shows how far they are. */
  files: (
    server: Reached,
    name: () => string,
    status: (text: string) => void,
  ) => Promise<ClientFiles>;
  /** Comes back once a connection was lost; without it that is the end. */
  again?: (lost: Lost) => Promise<Reached>;
}

/** A connection that was lost. */
export interface Lost {
  /** The name that we had. */
  name?: string;
  /** Why, in words. */
  reason: string;
  /** Whether the server had said anything. */
  heard: boolean;
  /** Ends the tries to come back. */
  signal: AbortSignal;
}

/**
 * Talks until either side ends; the exit code.
 *
 * @throws {Failure} exit 4 when we are sent away, 5 when the server closes before all was sent.
 */
export async function converse(first: Reached, talk: Talk, context: Context): Promise<number> {
  const { signal, stop: interrupt } = context;
  using input = await openInput({ signal, prompt: promptOf(first.name ?? "you"), interrupt });
  const conversation = new Conversation(first.name, input, talk, context);
  if (input.interactive) note(safe`Connected to ${formatAddress(first.target)}`, "faint");
  let lost = await conversation.over(first);
  while (lost) lost = await conversation.over(await conversation.comeBack(lost));
  return await conversation.end();
}

/** What goes on while connections come and go. */
class Conversation {
  readonly #input: LineSource;
  readonly #lines: Lines;
  readonly #talk: Talk;
  readonly #context: Context;
  readonly #clients: Client[] = [];
  #name?: string;
  #status = "";

  constructor(name: string | undefined, input: LineSource, talk: Talk, context: Context) {
    this.#name = name;
    this.#input = input;
    this.#lines = new Lines(input);
    this.#talk = talk;
    this.#context = context;
  }

  /** Talks over one connection, to its end; undefined when that is the end of it all. */
  async over(server: Reached): Promise<Lost | undefined> {
    using conn = server.conn;
    const { signal } = this.#context;
    using _stop = onAbort(signal, () => conn.close());
    const { dialect } = conn;
    const client = this.#enter(server);
    let task: Promise<unknown> | undefined, reason = "the server closed the connection";
    const over = new AbortController();
    try {
      if (server.name !== undefined && (dialect === "raw" || dialect === "text")) {
        await client.say(server.name);
      }
      const receiving = client.receive();
      const typing = this.#type(client, conn, receiving, over.signal);
      task = Promise.allSettled([receiving, typing]);
      const ended = Promise.race([receiving, typing]);
      // Only then: typing ends with it, and must not hide why it ended.
      receiving.catch(() => {}).finally(() => over.abort());
      await ended;
    } catch (error) {
      if (!this.#talk.again || signal.aborted || !isClosed(error)) throw error;
      reason = plainReason(error);
    } finally {
      if (signal.aborted) await client.filesDone(); // what has come is kept for another time
    }
    if (!this.#talk.again || signal.aborted) return this.#ended(client);
    over.abort();
    conn.close();
    await task;
    const { unsent, torn } = client.left;
    if (this.#lines.over && unsent.length + torn.length === 0) return this.#ended(client);
    client.abandon();
    for (const line of torn) note(safe`not sent, or not whole: ${line}`, "alarm");
    this.#lines.putBack(unsent);
    return { name: this.#name, reason, heard: conn.bytesCome > 0, signal };
  }

  /** Waits for a connection anew; what is typed meanwhile is kept. */
  async comeBack(lost: Lost): Promise<Reached> {
    const back = new AbortController(), leaving = new AbortController();
    const signal = AbortSignal.any([lost.signal, leaving.signal]);
    // A pipe holds what is to be sent by itself.
    const gathering = this.#input.interactive && !this.#lines.over
      ? this.#lines.gather(back.signal).then(() => this.#lines.over && leaving.abort())
      : undefined;
    try {
      const server = await this.#talk.again!({ ...lost, signal });
      note(
        safe`* connected again${server.name === undefined ? "" : ` as ${server.name}`}`,
        "faint",
      );
      return server;
    } catch (error) {
      for (const line of this.#lines.waiting) note(safe`not sent: ${line}`, "alarm");
      const left = leaving.signal.aborted && !lost.signal.aborted;
      throw left ? new Failure(`Cannot go on: ${lost.reason}`, Exit.lost) : error;
    } finally {
      back.abort();
      await gathering;
    }
  }

  /** The exit code, once all is done. */
  async end(): Promise<number> {
    for (const client of this.#clients) await client.filesDone();
    this.#context.signal.throwIfAborted(); // input ends at Ctrl-C as well, which is no end of the work
    return this.#clients.some(({ failed }) => failed) ? Exit.failed : Exit.done;
  }

  #enter(server: Reached): Client {
    const { conn, name } = server;
    const { signal, emit } = this.#context;
    const { paceMs, files } = this.#talk;
    this.#rename(name);
    const client = new Client(conn, {
      name: name ?? defaultName(),
      paceMs: conn.dialect === "raw" || conn.dialect === "json" ? paceMs : 0,
      files: () =>
        files(server, () => this.#name ?? "you", (text) => {
          this.#status = text;
          this.#draw();
        }),
      renamed: (name) => this.#rename(name),
      show: (lines, kind) => {
        if (!signal.aborted) show(lines, kind, emit); // Ctrl-C needs no explanation
      },
      emit,
    });
    this.#clients.push(client);
    return client;
  }

  /** Sends what is typed; after our end, waits for the server's, or one of another make to be silent. */
  async #type(
    client: Client,
    conn: Connection,
    receiving: Promise<void>,
    over: AbortSignal,
  ): Promise<void> {
    const { interactive } = this.#input;
    for (let line; (line = await this.#lines.next(over)) !== undefined;) {
      if (line === "" && interactive) continue;
      if (!await client.type(line)) {
        this.#lines.leave();
        break;
      }
    }
    // A script that ends has only no more to say; what it has offered can still be taken.
    if (!this.#lines.left && !interactive) await Promise.race([client.offersDone(), receiving]);
    if (over.aborted) return;
    await client.end();
    if (conn.dialect === "native") return await receiving;
    while (!over.aborted && !this.#context.signal.aborted) {
      const left = client.activeAt + this.#talk.lingerMs - performance.now();
      if (left <= 0) return;
      await sleep(left, over);
    }
  }

  async #ended(client: Client): Promise<undefined> {
    await client.filesDone();
    this.#context.signal.throwIfAborted();
    if (!client.unsent && !client.expecting) return;
    throw new Failure("Cannot go on: the server closed the connection", Exit.lost);
  }

  #rename(name: string | undefined): void {
    if (name === this.#name) return;
    this.#name = name;
    this.#draw();
  }

  #draw(): void {
    this.#input.setPrompt(promptOf(this.#name ?? "you", this.#status));
  }
}

/**
 * Shows lines of the conversation: what concerns us alone as notes, results on standard output, where
 * events stand instead if there are any.
 */
export function show(lines: SafeText[], kind: LineKind, emit: Emit | undefined): void {
  if (kind === "error" || kind === "result") lines.forEach((line) => note(line, TONES[kind]));
  else if (!emit) print(lines, TONES[kind]);
}

/** A name for those who gave none. */
export function defaultName(): string {
  return Deno.env.get("USER") || "guest";
}

function promptOf(name: string, status = ""): SafeText {
  return safe`${name}${status === "" ? "" : ` [${status}]`}> `;
}
