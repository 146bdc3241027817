/**
 * TLS as a client has it. What does TLS is loaded where it was asked for.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { CONNECT_MS } from "../../lib/base/limits.ts";
import { duration, flag, text } from "../../lib/cli/command.ts";
import type { Address } from "../../lib/net/address.ts";
import { dial, type Open } from "../../lib/net/dial.ts";
import type { Socket } from "../../lib/net/socket.ts";
import { AlertWatch } from "../../lib/net/tls_alert.ts";
import { readAuthorities, readIdentity } from "./pem.ts";

/** Options of every client. */
export const tlsClientOptions = {
  "connect-timeout": duration("TIME", "give up connecting after so long", CONNECT_MS),
  tls: flag("speak TLS; each of the following implies it"),
  ca: text("FILE", "trust this authority, or certificate, alone (PEM)"),
  fingerprint: text("sha256:HEX", "trust the certificate with this SHA-256 alone"),
  "tls-cert": text("FILE", "show this certificate to the server (PEM)"),
  "tls-key": text("FILE", "the private key of --tls-cert (PEM)"),
};

/** The values of {@linkcode tlsClientOptions}. */
export interface TlsClientValues {
  tls: boolean;
  ca?: string;
  fingerprint?: string;
  "tls-cert"?: string;
  "tls-key"?: string;
}

/** The values that {@linkcode makeDial} needs. */
export interface DialValues extends TlsClientValues {
  "connect-timeout": number;
}

/** Whether a client speaks TLS. */
export function wantsTls(values: TlsClientValues): boolean {
  const { tls, ca, fingerprint, "tls-cert": cert, "tls-key": key } = values;
  return tls || [ca, fingerprint, cert, key].some((value) => value !== undefined);
}

/** Opens a connection; errors are those of `dial`, and of TLS where it was asked for. */
export type Dial = (address: Address, signal: AbortSignal) => Promise<Socket>;

/**
 * How a client connects: in clear, with an ear for servers that speak TLS, or over TLS. `open` makes
 * the connection below, unless it is to be an ordinary one.
 *
 * @throws {Failure} with the usage exit code when files cannot be used, or options do not fit.
 */
export async function makeDial(values: DialValues, open?: Open<Socket>): Promise<Dial> {
  const identity = await readIdentity(values);
  const ca = await readAuthorities(values.ca);
  const { fingerprint: wanted, "connect-timeout": ms } = values;
  if (!wantsTls(values)) {
    return async (address, signal) => new AlertWatch(await dial(address, { signal, ms, open }));
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
    const socket = await dial(address, { signal, ms, open });
    return await secureClient(socket, address, { ca, fingerprint, identity, signal });
  };
}
