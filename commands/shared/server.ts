/**
 * The life of every server command: its options, and listening, serving, draining, ending.
 *
 * @module
 */
import { Door, type Errand } from "../../lib/auth/door.ts";
import { Exit } from "../../lib/base/errors.ts";
import { DRAIN_MS, MAX_CLIENTS } from "../../lib/base/limits.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { Deadline, onAbort } from "../../lib/base/tasks.ts";
import { choice, type Context, count } from "../../lib/cli/command.ts";
import { type Address, formatAddress, parseWords } from "../../lib/net/address.ts";
import { listen, serveConnections } from "../../lib/net/listen.ts";
import type { Visitor } from "../../lib/net/meeting.ts";
import { type Dialect, DIALECTS } from "../../lib/wire/dialect.ts";
import { cipherOptions } from "./cipher.ts";
import { Readiness, readinessOptions, type ReadinessValues } from "./readiness.ts";
import { makeSecure, tlsServerOptions } from "./tls_server.ts";
import { type Trust, trustOptions, type TrustValues } from "./trust.ts";

/** Options of every server. */
export const serverOptions = {
  ...cipherOptions,
  dialect: choice<Dialect, undefined>(DIALECTS, "serve one dialect, without guessing", undefined),
  "max-clients": count("N", "clients served at once; one more is told to come later", {
    initial: MAX_CLIENTS,
  }),
  ...readinessOptions,
  ...trustOptions,
  ...tlsServerOptions,
};

/** The values of {@linkcode serverOptions}. */
export type ServerValues = TrustValues & ReadinessValues;

/** A server about to run. */
export interface ServerPlan {
  address: Address;
  values: ServerValues;
  /** Whom it lets in. */
  trust: Trust;
  /** Serves one connection. */
  serve: (visitor: Visitor, door: Door) => Promise<void>;
  /** Serves a connection for files alone of somebody who is in, though all places are taken. */
  errand?: Errand;
  /** Called once clients can come. */
  ready?: (door: Door) => void;
}

/**
 * Listens, serves until asked to stop, drains and ends: the life of every server command. Its
 * ready line is the first thing on standard error that begins with `labwire: listening on`.
 */
export async function runServer(plan: ServerPlan, context: Context): Promise<number> {
  const { address, trust, values, serve, errand } = plan;
  const { signal, log } = context;
  const audit = trust.audit.write;
  const cut = new AbortController();
  using _cut = onAbort(context.cut, () => cut.abort());
  using drain = new Deadline(DRAIN_MS + 500, () => cut.abort());
  using _drain = onAbort(signal, () => drain.start());
  const secure = await makeSecure(values, { signal, log });
  const door = new Door({
    terms: trust.terms,
    maxClients: values["max-clients"],
    maxPerAddress: trust.maxPerAddress,
    secure,
    memory: trust.memory,
    log,
    audit,
    cut: cut.signal,
  });
  await using readiness = await Readiness.open(values, context);
  using _reloads = trust.watch(readiness.reloading);
  const listener = "path" in address
    ? await (await import("../../lib/net/unix_listener.ts")).listenUnix(address)
    : listen(address);
  using _stopping = onAbort(signal, () => readiness.stopping());
  const where = formatAddress(listener.address);
  try {
    readiness.ready(listener.address);
  } catch (error) {
    listener.close();
    throw error;
  }
  log(safe`labwire: listening on ${where}`);
  audit({ event: "listening", address: where, ...listener.address });
  plan.ready?.(door);
  await serveConnections(listener, {
    handle: (socket) => door.admit(socket, (visitor) => serve(visitor, door), errand),
    signal,
    log,
  });
  audit({ event: "stopped", address: where });
  return Exit.done;
}

/** Where to listen: the address among the arguments, in one word or two, or the command's own. */
export function listenAddress(words: readonly string[], port: number): Address {
  return parseWords(words, { hostname: "127.0.0.1", port });
}
