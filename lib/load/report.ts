/**
 * What a run has measured, as a person reads it and as a program does.
 *
 * @module
 */
import { Exit, type ExitCode } from "../base/errors.ts";
import type { EventFields } from "../base/events.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { type Fault, FAULTS, type Figures } from "./figures.ts";
import type { Histogram } from "./histogram.ts";
import { bars, formatCount, formatMs, plot } from "./plot.ts";

/** What was asked for, for the report. */
export interface Setting {
  /** Where the server is. */
  target: string;
  /** How it speaks. */
  dialect: string;
  /** What was expected of its answers. */
  expect: string;
  /** How many clients were to be connected. */
  clients: number;
  /** Bytes of a message. */
  size: number;
  /** Messages in flight for each client, unless there was a rate. */
  pipeline: number;
  /** Messages a second over all clients. */
  rate?: number;
  /** Whether it was cut short. */
  interrupted: boolean;
}

/** How a run ends: with what the exit codes of all commands mean. */
export function verdict(figures: Figures, { interrupted }: Pick<Setting, "interrupted">): ExitCode {
  if (interrupted) return Exit.interrupted;
  const gone = figures.disconnectedCount;
  if (gone > 0 && gone === figures.connected) return Exit.lost;
  const faults = figures.faultCount + gone + figures.unconnectedCount;
  return faults === 0 ? Exit.done : Exit.failed;
}

/** The line that is shown while it runs. */
export function statusLine(figures: Figures, clients: number, now: number): SafeText {
  if (figures.began === 0) {
    const failed = figures.unconnectedCount;
    return safe`${formatCount(figures.connected)} of ${formatCount(clients)} clients connected${
      failed > 0 ? `, ${formatCount(failed)} could not` : ""
    }`;
  }
  const seconds = Math.max(0.001, (now - figures.began) / 1000);
  const faults = figures.faultCount;
  const at = (share: number) => formatMs(figures.latency.percentile(share));
  return safe`${seconds.toFixed(1)} s: ${formatCount(figures.answered)} answers, ${
    formatCount(figures.answered / seconds)
  }/s, p50 ${at(0.5)}, p99 ${at(0.99)}${faults > 0 ? `, ${formatCount(faults)} faults` : ""}`;
}

/** The report as lines of text. */
export function textReport(figures: Figures, setting: Setting): SafeText[] {
  return [
    ...clientLines(figures, setting),
    ...messageLines(figures, setting),
    ...latencyLines(figures),
    ...faultLines(figures),
  ];
}

function clientLines(figures: Figures, { clients, interrupted }: Setting): SafeText[] {
  const { connected, unconnected, disconnected } = figures;
  const of = connected === clients ? "" : ` of ${formatCount(clients)}`;
  return [
    ...(interrupted ? [safe`Interrupted: this is what was measured by then`] : []),
    safe`clients    ${formatCount(connected)}${of} connected`,
    ...reasons(unconnected, "could not connect"),
    ...reasons(disconnected, "lost the connection"),
  ];
}

function reasons(counts: Map<string, number>, what: string): SafeText[] {
  return [...counts].map(([reason, count]) =>
    safe`           ${formatCount(count)} ${what}: ${reason}`
  );
}

function messageLines(figures: Figures, { expect, size }: Setting): SafeText[] {
  const { sent, answered, answersEach, bytesSent, bytesCome } = figures;
  const { seconds } = figures;
  const each = (amount: number) => seconds > 0 ? amount / seconds : 0;
  const came = expect === "broadcast"
    ? `delivered ${formatCount(answered)} times, to ${formatCount(answersEach)} each,`
    : `${formatCount(answered)} answered,`;
  return [
    safe`messages   ${formatCount(sent)} of ${size} bytes sent, ${came} in ${seconds.toFixed(2)} s`,
    safe`rate       ${formatCount(each(answered))} ${
      expect === "broadcast" ? "deliveries" : "answers"
    } a second; ${megabytes(each(bytesSent))} out, ${megabytes(each(bytesCome))} in`,
  ];
}

function latencyLines({ latency, lag }: Figures): SafeText[] {
  if (latency.count === 0) return [];
  const at = (share: number) => formatMs(latency.percentile(share));
  return [
    safe`latency    p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}`,
    safe`           mean ${formatMs(latency.mean)}, max ${formatMs(latency.max)}`,
    ...lagLines(lag),
    safe``,
    ...plot(latency),
    safe``,
  ];
}

/** What of the latency is ours. */
function lagLines(lag: Histogram): SafeText[] {
  if (lag.count === 0) return [];
  const most = formatMs(lag.max);
  return [
    safe`           of that our own delay in sending: p99 ${
      formatMs(lag.percentile(0.99))
    }, max ${most}`,
  ];
}

function faultLines(figures: Figures): SafeText[] {
  const all = figures.faultCount;
  if (all === 0) return [safe`faults     none`];
  const lines = [safe`faults     ${formatCount(all)}`];
  for (const kind of FAULTS) {
    const { count = 0, examples = [] } = figures.faults.get(kind) ?? {};
    if (count === 0) continue;
    const [first] = examples;
    lines.push(
      safe`  ${kind.padEnd(13)}${formatCount(count)}${first ? `; first: ${where(first)}` : ""}`,
    );
    if (!first) continue;
    if (first.expected !== undefined) lines.push(safe`${INDENT}expected ${first.expected}`);
    lines.push(safe`${INDENT}came     ${first.came}`);
  }
  return lines;
}

const INDENT = " ".repeat(4);

function where({ client, message, from }: Fault): string {
  const what = message === undefined ? "" : `, message ${formatCount(message)}`;
  return `client ${client}${what}${from === undefined ? "" : ` of client ${from}`}`;
}

function megabytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB/s` : `${(bytes / 1e3).toFixed(1)} kB/s`;
}

/** The report as the fields of an event. */
export function eventReport(figures: Figures, setting: Setting): EventFields<"result"> {
  const { latency, lag, connected, sent, answered, bytesSent, bytesCome } = figures;
  const { clients, ...rest } = setting;
  const seconds = figures.seconds;
  const each = (amount: number) => seconds > 0 ? round(amount / seconds) : 0;
  const faults: Record<string, EventFields<"result">["faults"][string]> = {};
  for (const kind of FAULTS) {
    const { count = 0, examples = [] } = figures.faults.get(kind) ?? {};
    if (count > 0) faults[kind] = { count, first: examples[0] };
  }
  return {
    ...rest,
    clients: {
      asked: clients,
      connected,
      unconnected: Object.fromEntries(figures.unconnected),
      disconnected: Object.fromEntries(figures.disconnected),
    },
    seconds: round(seconds),
    messages: { sent, answered, answersEach: figures.answersEach },
    bytes: { sent: bytesSent, received: bytesCome },
    perSecond: {
      answers: each(answered),
      bytesSent: each(bytesSent),
      bytesReceived: each(bytesCome),
    },
    latencyMs: latency.count === 0 ? undefined : {
      p50: round(latency.percentile(0.5)),
      p90: round(latency.percentile(0.9)),
      p99: round(latency.percentile(0.99)),
      "p99.9": round(latency.percentile(0.999)),
      max: round(latency.max),
      mean: round(latency.mean),
    },
    ownDelayMs: lag.count === 0
      ? undefined
      : { p50: round(lag.percentile(0.5)), p99: round(lag.percentile(0.99)), max: round(lag.max) },
    distribution: latency.count === 0
      ? []
      : bars(latency).map(({ to, count }) => ({ toMs: to, count })),
    faults,
  };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
