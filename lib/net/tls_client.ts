import { isIP } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { Exit, type ExitCode, Failure, isClosed, reasonOf } from "../base/errors.ts";
import { HANDSHAKE_MS } from "../base/limits.ts";
import { safeText } from "../base/safe_text.ts";
import { Deadline, onAbort } from "../base/tasks.ts";
import { type Address, formatAddress } from "./address.ts";
import type { Socket } from "./socket.ts";
import { fingerprintOf, namesOf, type TlsIdentity, whyUnfit } from "./tls_certificate.ts";
import { SocketDuplex } from "./tls_duplex.ts";
import { TlsSocket } from "./tls_socket.ts";

/** What a client believes of the server, and what it shows itself. */
export interface TlsClientOptions {
  /** PEM of the only authorities, or certificates, to trust; the public authorities unless given. */
  ca?: string;
  /**
   * SHA-256 of the server's certificate, 64 hexadecimal digits in lower case. Without `ca` it
   * suffices, whatever names the certificate has and whoever signed it.
   */
  fingerprint?: string;
  /** For servers that ask for a client's certificate. */
  identity?: TlsIdentity;
  /** Ends the handshake. */
  signal?: AbortSignal;
}

/** The errors with which a handshake ends when a signature in it is wrong (found by trying). */
const UNPROVEN = /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|.*SELF_SIGNED_CERT.*|.*CERT_.*)$/;

/**
 * The client's side of TLS over a socket that is connected to `address`. The certificate is judged
 * on this very connection, whose handshake has proved that the server holds its key, and before any
 * byte of ours is sent.
 *
 * @throws {Failure} exit 4 when the server is not to be trusted, wants a certificate of ours, or
 * does not speak TLS; 5 when it closes, 6 when it is silent.
 */
export async function secureClient(
  socket: Socket,
  address: Address,
  options: TlsClientOptions,
): Promise<Socket> {
  const { signal } = options;
  const where = formatAddress(address), host = nameOf(address);
  const duplex = new SocketDuplex(socket);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const give = (error: unknown) => {
    reject(error);
    duplex.cut();
    tls.destroy();
  };
  using _deadline = new Deadline(HANDSHAKE_MS, () => give(silent(where))).start();
  const settings: ConnectionOptions & { allowHalfOpen: boolean } = {
    socket: duplex,
    allowHalfOpen: true,
    host,
    servername: isIP(host) ? undefined : host,
    ca: options.ca === undefined ? undefined : [options.ca],
    ...options.identity,
    minVersion: "TLSv1.2",
    rejectUnauthorized: false, // judged below: only so is the certificate there to be spoken of
  };
  const tls = connect(settings);
  using _stop = signal && onAbort(signal, () => give(new Failure("Interrupted", Exit.interrupted)));
  tls.once("secureConnect", () => {
    const why = whyNotTrust(tls, host, options);
    if (why) return give(why);
    const explain = (error: Error | undefined, silent: boolean) =>
      explained(error, silent, options.identity !== undefined);
    resolve(new TlsSocket(tls, duplex, { explain }));
  });
  for (const stream of [tls, duplex]) {
    stream.on("error", (error: Error) => reject(noHandshake(error, where)));
  }
  tls.on("close", () => reject(noHandshake(undefined, where)));
  try {
    return await promise;
  } catch (error) {
    duplex.cut();
    tls.destroy();
    throw error;
  }
}

/** The name that a certificate is to have; over a path it is that of this machine. */
function nameOf(address: Address): string {
  return "path" in address ? "localhost" : address.hostname;
}

/** Why the server at the other end is not the one that is meant; undefined when it is. */
function whyNotTrust(
  tls: TLSSocket,
  host: string,
  { ca, fingerprint }: TlsClientOptions,
): Failure | undefined {
  const { raw } = tls.getPeerCertificate();
  const refuse = (state: string, remedy: string) =>
    new Failure(`Cannot trust the server: ${state}`, Exit.refused, { remedy });
  if (!raw) return refuse("it shows no certificate", "is it the server that you mean?");
  const shown = fingerprintOf(raw);
  if (fingerprint !== undefined && shown !== fingerprint) {
    return refuse(
      `its certificate is not the one of --fingerprint, but sha256:${shown}`,
      "ask who runs the server: it is another server, or somebody in between",
    );
  }
  const unfit = whyUnfit(raw);
  if (unfit) return refuse(`its certificate does not serve: ${unfit.state}`, unfit.remedy);
  if (tls.authorized || (fingerprint !== undefined && ca === undefined)) return undefined;
  if (`${tls.authorizationError}`.includes("ALTNAME")) {
    return refuse(
      `its certificate is for ${namesOf(raw)}, not for ${safeText(host)}`,
      "connect to one of these names, or use --fingerprint",
    );
  }
  return refuse(
    "nobody that is trusted here has signed its certificate",
    "--ca FILE names who has, --fingerprint names the certificate itself",
  );
}

function silent(where: string): Failure {
  return new Failure(
    `Cannot speak TLS with ${where}: no answer in ${HANDSHAKE_MS / 1000} s`,
    Exit.timedOut,
    { remedy: "does it speak TLS? otherwise leave out --tls" },
  );
}

/** What the end of a handshake says; without an error, the server has closed. */
function noHandshake(cause: Error & { code?: string } | undefined, where: string): Failure {
  const { code = "", message = "" } = cause ?? {};
  const fail = (state: string, exit: ExitCode, remedy?: string) =>
    new Failure(`Cannot speak TLS with ${where}: ${state}`, exit, { remedy, cause });
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    return fail("it answers in clear", Exit.refused, "leave out --tls");
  }
  if (wantsCertificate(message)) return noCertificate(cause);
  if (UNPROVEN.test(code)) {
    const remedy = "it is another server, or somebody in between";
    return fail("it does not prove that it holds its certificate's key", Exit.refused, remedy);
  }
  if (cause && code !== "ECONNRESET" && !isClosed(cause)) {
    return fail(safeText(reasonOf(cause)), Exit.refused);
  }
  const remedy = "does it speak TLS? otherwise leave out --tls";
  return fail("it closed the connection", Exit.lost, remedy);
}

/**
 * What went wrong after the handshake. Under TLS 1.3 a server judges our certificate when we are
 * done already: it sends an alert, or only closes, before it has said anything.
 */
function explained(
  error: Error & { code?: string } | undefined,
  silent: boolean,
  judged: boolean,
): unknown {
  if (error && wantsCertificate(error.message)) return noCertificate(error);
  const closed = !error || error.code === "ECONNRESET" || isClosed(error);
  if (silent && closed && (judged || error)) {
    return new Failure("Cannot go on: the server closed after the TLS handshake", Exit.refused, {
      remedy: judged
        ? "has an authority of its --tls-client-ca signed your certificate?"
        : "does it want a certificate of yours? --tls-cert and --tls-key",
      cause: error,
    });
  }
  if (!error?.code?.startsWith("ERR_SSL_")) return undefined;
  return new Failure(`Cannot go on: TLS failed (${safeText(reasonOf(error))})`, Exit.lost, {
    cause: error,
  });
}

function wantsCertificate(message: string): boolean {
  return /CertificateRequired|certificate required/i.test(message);
}

function noCertificate(cause: unknown): Failure {
  return new Failure(
    "Cannot join over TLS: the server wants a certificate of yours",
    Exit.refused,
    {
      remedy: "give one with --tls-cert and --tls-key",
      cause,
    },
  );
}
