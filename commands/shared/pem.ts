/**
 * The files of TLS, in PEM.
 *
 * @module
 */
import { Exit, Failure, whyUnreadable } from "../../lib/base/errors.ts";
import type { TlsIdentity } from "../../lib/net/tls_certificate.ts";

/**
 * Who one is in TLS, if the options say so.
 *
 * @throws {Failure} with the usage exit code when one of the files is missing, or they do not fit.
 */
export async function readIdentity(
  { "tls-cert": certFile, "tls-key": keyFile }: { "tls-cert"?: string; "tls-key"?: string },
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

/**
 * Whom one trusts in TLS, if a file says so.
 *
 * @throws {Failure} with the usage exit code when it holds no certificate.
 */
export async function readAuthorities(file: string | undefined): Promise<string | undefined> {
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
