/**
 * What labwire reads of certificates: fingerprints, and whether a server may use one.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { Exit, Failure } from "../base/errors.ts";
import { safeText } from "../base/safe_text.ts";

/** A certificate and its private key, both as PEM. */
export interface TlsIdentity {
  /** The certificate, and those of intermediate authorities behind it. */
  cert: string;
  /** The private key. */
  key: string;
}

/**
 * Checks that a pair can be used, before anybody connects.
 *
 * @throws {Failure} with the usage exit code when it is no PEM, or the key is not the certificate's.
 */
export function checkIdentity({ cert, key }: TlsIdentity): void {
  let state = "the key is not that of the certificate";
  try {
    const form = { type: "spki", format: "pem" } as const;
    const { publicKey } = new X509Certificate(cert);
    if (publicKey.export(form) === createPublicKey(createPrivateKey(key)).export(form)) return;
  } catch {
    state = "they are no PEM, or the key has a passphrase";
  }
  throw new Failure(`Cannot use the TLS certificate and key: ${state}`, Exit.usage);
}

/**
 * Checks that a text holds certificates of authorities.
 *
 * @throws {Failure} with the usage exit code; `file` is named in it.
 */
export function checkAuthorities(pem: string, file: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new Failure(`Cannot use "${file}": it holds no certificate in PEM`, Exit.usage, {
      cause,
    });
  }
}

/** The SHA-256 of a certificate (PEM, or its bytes), in lower-case hexadecimal digits. */
export function fingerprintOf(certificate: string | Uint8Array): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(":", "").toLowerCase();
}

/**
 * Reads a fingerprint: `sha256:` and 64 hexadecimal digits, colons between bytes allowed, or the
 * form of `openssl x509 -fingerprint -sha256`; undefined when it is none.
 */
export function parseFingerprint(text: string): string | undefined {
  const match = /^(?:sha-?256(?: fingerprint)?[:=] *)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})$/i
    .exec(text.trim());
  return match?.[1].replaceAll(":", "").toLowerCase();
}

/** Why nobody should trust a certificate, whoever has signed it; undefined when all is well. */
export function whyUnfit(
  certificate: string | Uint8Array,
  now: Date = new Date(),
): { state: string; remedy: string } | undefined {
  const { ca, validFromDate, validToDate } = new X509Certificate(certificate);
  if (validToDate < now) {
    const state = `it expired on ${dayOf(validToDate)}`;
    return { state, remedy: "the server needs a new one" };
  }
  if (validFromDate > now) {
    const state = `it is valid only from ${dayOf(validFromDate)}`;
    return { state, remedy: "is the clock right?" };
  }
  if (ca) {
    const state = "it is marked as an authority (CA:TRUE), which must not serve";
    return { state, remedy: "the server needs one with CA:FALSE, such as --tls-self-signed makes" };
  }
  return undefined;
}

/** The names that a certificate is for, safe to be shown. */
export function namesOf(certificate: Uint8Array): string {
  const { subjectAltName, subject } = new X509Certificate(certificate);
  return safeText((subjectAltName ?? subject ?? "nobody").replaceAll("\n", ", ")).slice(0, 200);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
