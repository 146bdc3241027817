/**
 * Certificates of every kind, made for a test.
 *
 * @module
 */
import { generate } from "selfsigned";
import type { TlsIdentity } from "../../lib/net/tls_certificate.ts";

/** What a certificate is to be; for localhost and 127.0.0.1, valid now, and nobody's authority unless given. */
export interface Wish {
  ca?: boolean;
  /** Who signs it; itself unless given. */
  by?: TlsIdentity;
  from?: string;
  to?: string;
  /** The only name it is for. */
  dns?: string;
}

/** Makes a certificate. */
export async function certificate(wish: Wish = {}): Promise<TlsIdentity> {
  const { ca = false, by, from = "2020-01-01", to = "2090-01-01", dns } = wish;
  const made = await generate(
    [{ name: "commonName", value: dns ?? `test ${crypto.randomUUID()}` }],
    {
      keyType: "ec",
      curve: "P-256",
      algorithm: "sha256",
      notBeforeDate: new Date(from),
      notAfterDate: new Date(to),
      ca: by,
      extensions: [
        { name: "basicConstraints", cA: ca, critical: true },
        {
          name: "subjectAltName",
          altNames: dns === undefined
            ? [{ type: 2, value: "localhost" }, { type: 7, ip: "127.0.0.1" }]
            : [{ type: 2, value: dns }],
        },
      ],
    },
  );
  return { cert: made.cert, key: made.private };
}
