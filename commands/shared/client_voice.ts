import { Exit } from "../../lib/base/errors.ts";
import type { Emit } from "../../lib/base/events.ts";
import { Client } from "../../lib/chat/client.ts";
import type { Hearing } from "../../lib/steps/hearing.ts";
import { encodeText } from "../../lib/wire/utf8.ts";
import { defaultName, type Reached, type Talk } from "./conversation.ts";
import type { Line, Voice } from "./voice.ts";

/** Steps over native and json: messages, commands and files as if they were typed. */
export class ClientVoice implements Voice {
  readonly #client: Client;
  #self: string;
  #left = false;

  /** `show` tells people what comes, `emit` programs. */
  constructor(
    server: Reached,
    hearing: Hearing,
    { show, emit, files }: { show: (line: Line) => void; emit?: Emit; files: Talk["files"] },
  ) {
    const { conn, name = defaultName() } = server;
    this.#self = name;
    this.#client = new Client(conn, {
      name,
      paceMs: 0,
      files: () => files(server, () => this.#self, () => {}),
      renamed: (name) => this.#self = name,
      emit,
      show: (lines, kind) => {
        show({ lines, kind });
        for (const line of lines) {
          hearing.take(encodeText(`${line}\n`));
          if (conn.dialect === "json") hearing.endMessage();
        }
        if (conn.dialect === "native") hearing.endMessage();
      },
    });
  }

  /** See {@linkcode Voice}. */
  async say(text: Uint8Array): Promise<void> {
    const line = new TextDecoder().decode(text);
    if (!await this.#client.type(line)) await this.#leave();
    await this.#client.flush();
  }

  /** See {@linkcode Voice}; there are only messages. */
  put(): Promise<void> {
    throw new TypeError("bytes were to be refused");
  }

  /** See {@linkcode Voice}. */
  async end(): Promise<void> {
    if (this.#left) return;
    await this.#client.offersDone();
    await this.#leave();
  }

  /** See {@linkcode Voice}. */
  receive(): Promise<void> {
    return this.#client.receive();
  }

  /** See {@linkcode Voice}. */
  async done(): Promise<number> {
    await this.#client.filesDone();
    return this.#client.failed ? Exit.failed : Exit.done;
  }

  async #leave(): Promise<void> {
    this.#left = true;
    await this.#client.end();
  }
}
