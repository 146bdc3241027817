/**
 * The options of TLS, on either side, and what becomes of them. What does TLS is loaded where it was
 * asked for.
 *
 * @module
 */
import { Exit, Failure, whyUnreadable } from "../../lib/base/errors.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { type Context, flag, text } from "../../lib/cli/command.ts";
import type { Address } from "../../lib/net/address.ts";
import { dial } from "../../lib/net/dial.ts";
import type { PeerSocket, Socket } from "../../lib/net/socket.ts";
import { AlertWatch } from "../../lib/net/tls_alert.ts";
import type { TlsIdentity } from "../../lib/net/tls_certificate.ts";
import { stateFolder } from "./state.ts";

/** TLS as a server has it. */
export const tlsServerOptions = {
  "tls-cert": text("FILE", "speak TLS with this certificate (PEM), and no clear text"),
  "tls-key": text("FILE", "the private key of --tls-cert (PEM)"),
  "tls-self-signed": flag("speak TLS with a certificate that is made now, and kept"),
  "tls-client-ca": text("FILE", "take only clients with a certificate of this authority (PEM)"),
};

/** TLS as a client has it. */
export const tlsClientOptions = {
  tls: flag("speak TLS; each of the following implies it"),
  ca: text("FILE", "trust this authority, or certificate, alone (PEM)"),
  fingerprint: text("sha256:HEX", "trust the certificate with this SHA-256 alone"),
  "tls-cert": text("FILE", "show this certificate to the server (PEM)"),
  "tls-key": text("FILE", "the private key of --tls-cert (PEM)"),
};

/** The values of {@linkcode tlsServerOptions}. */
export interface TlsServerValues {
  "tls-cert"?: string;
  "tls-key"?: string;
  "tls-self-signed": boolean;
  "tls-client-ca"?: string;
}

/** The values of {@linkcode tlsClientOptions}. */
export interface TlsClientValues {
  tls: boolean;
  ca?: string;
  fingerprint?: string;
  "tls-cert"?: string;
  "tls-key"?: string;
}

/** Makes of an accepted socket what is spoken over; null when the client has left. */
export type Secure = (socket: PeerSocket) => Promise<PeerSocket | null>;

/** Whether a server speaks TLS. */
export function servesTls(values: TlsServerValues): boolean {
  return values["tls-self-signed"] || values["tls-cert"] !== undefined;
}

/** Whether a client speaks TLS. */
export function wantsTls(values: TlsClientValues): boolean {
  const { tls, ca, fingerprint, "tls-cert": cert, "tls-key": key } = values;
  return tls || [ca, fingerprint, cert, key].some((value) => value !== undefined);
}

/** Opens a connection; errors are those of `dial`, and of TLS where it was asked for. */
export type Dial = (address: Address, signal: AbortSignal) => Promise<Socket>;

/**
 * What a server does with each socket, nothing without TLS; and a line that says how clients can trust it.
 *
 * @throws {Failure} with the usage exit code when files cannot be used, or options do not fit.
 */
export async function makeSecure(
  values: TlsServerValues,
  { signal, log }: Pick<Context, "signal" | "log">,
): Promise<Secure | undefined> {
  const given = await readIdentity(values);
  const caFile = values["tls-client-ca"];
  if (given && values["tls-self-signed"]) {
    throw new Failure("Cannot use --tls-cert and --tls-self-signed together", Exit.usage, {
      remedy: "choose one",
    });
  }
  if (!given && !values["tls-self-signed"]) {
    if (caFile === undefined) return undefined;
    throw new Failure("Cannot use --tls-client-ca: the server has no certificate", Exit.usage, {
      remedy: "add --tls-self-signed, or --tls-cert and --tls-key",
    });
  }
  const clientCa = await readAuthorities(caFile);
  const { fingerprintOf, whyUnfit } = await import("../../lib/net/tls_certificate.ts");
  const identity = given ?? await keptIdentity(log);
  const { TlsServer } = await import("../../lib/net/tls_server.ts");
  const server = new TlsServer({ identity, clientCa, signal });
  const unfit = whyUnfit(identity.cert);
  if (unfit) log(safe`labwire: clients will refuse the TLS certificate: ${unfit.state}`);
  log(
    safe`labwire: TLS; clients connect with --tls --fingerprint sha256:${
      fingerprintOf(identity.cert)
    }`,
  );
  return (socket) => server.secure(socket);
}

/**
 * How a client connects: in clear, with an ear for servers that speak TLS, or over TLS.
 *
 * @throws {Failure} with the usage exit code when files cannot be used, or options do not fit.
 */
export async function makeDial(values: TlsClientValues): Promise<Dial> {
  const identity = await readIdentity(values);
  const ca = await readAuthorities(values.ca);
  const { fingerprint: wanted } = values;
  if (!wantsTls(values)) {
    return async (address, signal) => new AlertWatch(await dial(address, signal));
  }
  const { parseFingerprint } = await import("../../lib/net/tls_certificate.ts");
  const { secureClient } = await import("../../lib/net/tls_client.ts");
  const fingerprint = wanted === undefined ? undefined : parseFingerprint(wanted);
  if (wanted !== undefined && fingerprint === undefined) {
    throw new Failure(`Cannot use the fingerprint "${wanted}": it is no SHA-256`, Exit.usage, {
      remedy: "sha256: and 64 hexadecimal digits, as the server prints at its start",
    });
  }
  return async (address, signal) => {
    const socket = await dial(address, signal);
    return await secureClient(socket, address, { ca, fingerprint, identity, signal });
  };
}

async function keptIdentity(log: Context["log"]): Promise<TlsIdentity> {
  const { keepIdentity } = await import("../../lib/net/tls_identity.ts");
  return await keepIdentity(stateFolder(), log);
}

async function readIdentity(
  { "tls-cert": certFile, "tls-key": keyFile }: Pick<TlsClientValues, "tls-cert" | "tls-key">,
): Promise<TlsIdentity | undefined> {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const [has, lacks] = certFile === undefined ? ["key", "cert"] : ["cert", "key"];
    throw new Failure(`Cannot use --tls-${has} without --tls-${lacks}`, Exit.usage);
  }
  const identity = { cert: await readPem(certFile), key: await readPem(keyFile) };
  const { checkIdentity } = await import("../../lib/net/tls_certificate.ts");
  checkIdentity(identity);
  return identity;
}

async function readAuthorities(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const pem = await readPem(file);
  const { checkAuthorities } = await import("../../lib/net/tls_certificate.ts");
  checkAuthorities(pem, file);
  return pem;
}

async function readPem(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Failure(`Cannot read "${file}": ${whyUnreadable(cause)}`, Exit.usage, { cause });
  }
}
