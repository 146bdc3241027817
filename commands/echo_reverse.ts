import { exchange } from "../lib/auth/exchange.ts";
import { defineCommand, flag } from "../lib/cli/command.ts";
import type { Connection } from "../lib/net/connection.ts";
import { ProtocolError } from "../lib/base/errors.ts";
import { readMessage, writeMessage } from "../lib/wire/dialect.ts";
import { reverseBytes, reverseText } from "../lib/wire/reverse.ts";
import { decodeText, encodeText } from "../lib/wire/utf8.ts";
import { listenAddress, runServer, serverOptions } from "./shared/server.ts";
import { Trust } from "./shared/trust.ts";

/** Turns a payload around, possibly in place. */
type Reverse = (payload: Uint8Array) => Uint8Array;

/** `labwire echo-reverse`. */
export const echoReverse = defineCommand({
  name: "echo-reverse",
  summary: "Answer every message with its reverse",
  args: ["[ADDRESS]", "[PORT]"],
  about:
    "Listens on 127.0.0.1:5000 unless an ADDRESS says otherwise. Text is reversed by grapheme\n" +
    "cluster, so that é and emoji survive; a trailing newline stays at the end. `exit` leaves.",
  options: {
    ...serverOptions,
    bytes: flag("reverse bytes, whatever they mean"),
  },
  examples: [
    ["labwire echo-reverse", "listen on 127.0.0.1:5000"],
    ["printf 'ADVANCE\\n' | nc -N 127.0.0.1 5000", "try it"],
    ["labwire echo-reverse :5000 --bytes", "on all interfaces, byte for byte"],
  ],
  async run(values, address, context) {
    using trust = await Trust.open(values, context);
    const exact = values.bytes && values.dialect === "raw";
    const reverse: Reverse = exact
      ? (payload) => payload.reverse()
      : values.bytes
      ? reverseBytes
      : reverseText;
    return await runServer({
      address: listenAddress(address, 5000),
      trust,
      values,
      serve: (visitor, door) =>
        exchange(visitor, door, {
          mode: "echo",
          signal: context.signal,
          rate: trust.rate,
          idleMs: trust.idleMs,
          answer: (conn, batch) => answerReversed(conn, batch, reverse),
        }),
    }, context);
  },
});

/** Answers a whole batch in one write; false once it holds an `exit`. */
function answerReversed(
  conn: Connection,
  batch: Uint8Array[],
  reverse: Reverse,
): Promise<boolean | void> {
  const { dialect } = conn;
  const bare = dialect === "text" || dialect === "raw";
  const answers: Uint8Array[] = [];
  let more = true;
  for (const payload of batch) {
    if (bare && isExit(payload)) more = false;
    else if (!bare) {
      const answer = answerMessage(conn, payload, reverse);
      if (answer) answers.push(answer);
      else more = false;
    } else answers.push(answerBare(payload, reverse));
    if (!more) break;
  }
  const sent = conn.answer(batch, answers);
  return more ? sent : sent.then(() => false);
}

/** The answer over text and raw. */
function answerBare(payload: Uint8Array, reverse: Reverse): Uint8Array {
  try {
    return reverse(payload);
  } catch (error) {
    return encodeText(reasonFor(error));
  }
}

/** The answer over native and json; undefined to `exit`. */
function answerMessage(
  conn: Connection,
  payload: Uint8Array,
  reverse: Reverse,
): Uint8Array | undefined {
  const seconds = Date.now() / 1000;
  const write = (type: "reply" | "error", text: string) =>
    writeMessage(conn.dialect, { type, text }, seconds)[0];
  try {
    const message = readMessage(conn.dialect, payload);
    if (message.type === "command" && message.name === "exit") return undefined;
    if (message.type !== "chat") throw new ProtocolError(`nothing but messages is answered here`);
    if (/^exit$/i.test(message.text)) return undefined;
    return write("reply", decodeText(reverse(encodeText(message.text))));
  } catch (error) {
    return write("error", reasonFor(error));
  }
}

function reasonFor(error: unknown): string {
  if (!(error instanceof ProtocolError)) throw error;
  return `Cannot do that: ${error.message}`;
}

function isExit(payload: Uint8Array): boolean {
  return payload.length === 4 && (payload[0] | 0x20) === 0x65 &&
    /^exit$/i.test(decodeText(payload));
}
