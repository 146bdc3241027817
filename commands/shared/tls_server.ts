/**
 * TLS as a server has it. What does TLS is loaded where it was asked for.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { type Context, flag, text } from "../../lib/cli/command.ts";
import type { PeerSocket } from "../../lib/net/socket.ts";
import type { TlsIdentity } from "../../lib/net/tls_certificate.ts";
import { readAuthorities, readIdentity } from "./pem.ts";
import { stateFolder } from "./state.ts";

/** Options of every server. */
export const tlsServerOptions = {
  "tls-cert": text("FILE", "speak TLS with this certificate (PEM), and no clear text"),
  "tls-key": text("FILE", "the private key of --tls-cert (PEM)"),
  "tls-self-signed": flag("speak TLS with a certificate that is made now, and kept"),
  "tls-client-ca": text("FILE", "take only clients with a certificate of this authority (PEM)"),
};

/** The values of {@linkcode tlsServerOptions}. */
export interface TlsServerValues {
  "tls-cert"?: string;
  "tls-key"?: string;
  "tls-self-signed": boolean;
  "tls-client-ca"?: string;
}

/** Makes of an accepted socket what is spoken over; null when the client has left. */
export type Secure = (socket: PeerSocket) => Promise<PeerSocket | null>;

/** Whether a server speaks TLS. */
export function servesTls(values: TlsServerValues): boolean {
  return values["tls-self-signed"] || values["tls-cert"] !== undefined;
}

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

async function keptIdentity(log: Context["log"]): Promise<TlsIdentity> {
  const { keepIdentity } = await import("../../lib/net/tls_identity.ts");
  return await keepIdentity(stateFolder(), log);
}
