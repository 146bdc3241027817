import { Exit, Failure } from "../lib/base/errors.ts";
import { LINE_BYTES } from "../lib/base/limits.ts";
import { BROADCAST_CLIENTS, LOAD_MS, LOST_MS } from "../lib/load/limits.ts";
import type { RateLimit } from "../lib/base/rate.ts";
import {
  choice,
  count,
  defineCommand,
  duration,
  optional,
  rate,
  size,
} from "../lib/cli/command.ts";
import { EXPECTATIONS } from "../lib/load/expectation.ts";
import { IDENTITY_BYTES, MOST_CLIENTS } from "../lib/load/numbered.ts";
import { formatAddress, parseWords } from "../lib/net/address.ts";
import { Connection } from "../lib/net/connection.ts";
import { print } from "../lib/term/screen.ts";
import { StatusLine } from "../lib/term/status.ts";
import { DIALECTS, framingOf } from "../lib/wire/dialect.ts";
import { prepare, reach, reachOptions } from "./shared/reach.ts";

/** The least `--size`: an identity, and over text the newline. */
const LEAST_BYTES = IDENTITY_BYTES + 2;

/** `labwire bench`. */
export const bench = defineCommand({
  name: "bench",
  summary: "Load a server with many clients, check its answers, and measure them",
  args: ["ADDRESS", "[PORT]"],
  about:
    "Each client sends a message, awaits its answer and repeats; --pipeline keeps several on their\n" +
    "way. With --rate messages leave by the clock, whatever becomes of them, and latency counts\n" +
    "from when one should have left: a server that stalls cannot hide. Messages are numbered, so\n" +
    "that with --expect every answer that is lost, late, out of order, merged with another,\n" +
    "duplicated or wrong is counted once, and the first of each kind is shown.\n" +
    "ack: `<message> ACK`, and over raw and text the first message is a name; broadcast: every\n" +
    "message reaches all other clients. Over raw, an answer is there when enough bytes have come.\n" +
    "Exit code 0: every client connected, and every answer came and was right; 1: not so.",
  options: {
    clients: count("N", "clients at once", { initial: 10, most: MOST_CLIENTS }),
    messages: optional(count("M", "messages of each client", { initial: 1 })),
    duration: optional(duration("TIME", `how long to send (default ${LOAD_MS}ms)`, LOAD_MS)),
    size: size("SIZE", "bytes of a message; over text the newline is one of them", 32),
    rate: rate("what all clients send in a second: 2000 messages, or 64K/s"),
    pipeline: count("D", "messages that each client has on their way", { initial: 1 }),
    expect: choice(EXPECTATIONS, "what answers are to be", "any"),
    dialect: choice(DIALECTS, "how the server speaks", "native"),
    "ramp-up": duration("TIME", "open the connections one by one over so long", 0),
    timeout: duration("TIME", "an answer that takes longer is lost", LOST_MS),
    ...reachOptions,
  },
  examples: [
    ["labwire bench 127.0.0.1:5000 --expect reverse", "labwire echo-reverse, for 5 seconds"],
    [
      "labwire bench 127.0.0.1:5000 --expect reverse --dialect raw --clients 100",
      "a course program that reverses what it receives",
    ],
    [
      "labwire bench 127.0.0.1:8000 --expect broadcast --dialect text --messages 100",
      "a chat room: everyone hears everyone",
    ],
    [
      "labwire bench 127.0.0.1:5000 --rate 2000 --duration 30s",
      "2,000 messages a second, whether or not they are answered",
    ],
    [
      "labwire bench 127.0.0.1:5000 --clients 1000 --ramp-up 2s --messages 10 --json",
      "for a program to read",
    ],
  ],
  async run(values, address, context) {
    const { clients, dialect, expect, pipeline, timeout: timeoutMs } = values;
    const target = parseWords(address, { hostname: "127.0.0.1", port: 8000 }, "127.0.0.1");
    check(values);
    const { load } = await import("../lib/load/load.ts");
    const { eventReport, statusLine, textReport, verdict } = await import("../lib/load/report.ts");
    const way = await prepare(values, context);
    const { signal } = context;
    const perSecond = rateOf(values.rate, values.size);
    const byTime = values.messages === undefined;
    using status = new StatusLine();
    const figures = await load({
      clients,
      dialect,
      expect,
      pipeline,
      timeoutMs,
      size: values.size,
      rate: perSecond,
      messages: values.messages,
      durationMs: byTime ? values.duration ?? LOAD_MS : undefined,
      rampUpMs: values["ramp-up"],
      signal,
      onTick: (figures) => status.update(() => statusLine(figures, clients, performance.now())),
      open: async () => {
        if (dialect === "native") return (await reach({ target, ...way }, {})).conn;
        const conn = new Connection(
          await way.patience().persist(() => way.dial(target, signal), signal),
        );
        conn.speak(dialect, framingOf(dialect, { client: true }));
        conn.cipher = way.credentials.shown.keying.cipher;
        return conn;
      },
    });
    status[Symbol.dispose]();
    const setting = {
      target: formatAddress(target),
      dialect,
      expect,
      clients,
      size: values.size,
      pipeline,
      rate: perSecond,
      interrupted: signal.aborted,
    };
    if (context.emit) context.emit({ event: "result", ...eventReport(figures, setting) });
    else print(textReport(figures, setting));
    return verdict(figures, setting);
  },
});

function check(
  { messages, duration, size, rate, pipeline, dialect, expect, clients, cipher, timeout }: {
    cipher: string;
    timeout: number;
    messages?: number;
    duration?: number;
    size: number;
    rate?: RateLimit;
    pipeline: number;
    dialect: string;
    expect: string;
    clients: number;
  },
): void {
  const refuse = (what: string, why: string, remedy?: string) => {
    throw new Failure(`Cannot use ${what}: ${why}`, Exit.usage, { remedy });
  };
  if (messages !== undefined && duration !== undefined) {
    refuse("--messages and --duration together", "either ends the test", "choose one");
  }
  if (size < LEAST_BYTES || size > LINE_BYTES) {
    refuse(`--size ${size}`, `a message has ${LEAST_BYTES} to ${LINE_BYTES} bytes`);
  }
  if (timeout === 0) refuse("--timeout 0", "no answer is there at once");
  if (pipeline > 1 && rate !== undefined) {
    refuse("--pipeline with --rate", "the rate says when messages leave", "leave out one of them");
  }
  if (pipeline > 1 && dialect === "raw") {
    refuse(
      "--pipeline over raw",
      "TCP has no message boundaries, so what is on its way together arrives as one message",
      "use --dialect text, where a newline ends each",
    );
  }
  if (expect !== "broadcast") return;
  if (dialect === "raw" && cipher !== "none") {
    refuse("--cipher over raw with --expect broadcast", "what is not told apart cannot be opened");
  }
  if (clients < 2) refuse("--expect broadcast", "one client alone hears nobody", "add --clients");
  if (clients > BROADCAST_CLIENTS) {
    refuse(
      `--clients ${clients}`,
      `with --expect broadcast there are at most ${BROADCAST_CLIENTS}`,
    );
  }
}

/** Messages a second, if there is a bound: bytes are so many messages. */
function rateOf(limit: RateLimit | undefined, size: number): number | undefined {
  if (!limit) return undefined;
  return Math.min(limit.messages ?? Infinity, (limit.bytes ?? Infinity) / size);
}
