/**
 * The certificate that `--tls-self-signed` makes, kept so that its fingerprint stays the same.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { CERTIFICATE_DAYS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { safe } from "../base/safe_text.ts";
import { checkIdentity, type TlsIdentity, whyUnfit } from "./tls_certificate.ts";

const DAY_MS = 24 * 3600 * 1000;

/**
 * The certificate kept in a folder, or a new one when there is none or it has expired. Servers that
 * start at the same time get the same: each generation has a file of its own, `tls-1.pem` first,
 * which is linked into place whole and never replaced.
 *
 * @throws {Failure} with the usage exit code when the folder cannot be used, or the file is damaged.
 */
export async function keepIdentity(folder: string, log: Log): Promise<TlsIdentity> {
  for (let generation = 1;; generation++) {
    const file = `${folder}/tls-${generation}.pem`;
    let pem = await readIfThere(file);
    if (pem === undefined) {
      await make(folder, file);
      pem = await readIfThere(file);
    }
    const identity = split(pem ?? "", file);
    const unfit = whyUnfit(identity.cert);
    if (!unfit) return identity;
    log(
      safe`labwire: the TLS certificate in ${file} does not serve: ${unfit.state}; using the next`,
    );
  }
}

/** A self-signed certificate of P-256 for this machine's names; nobody's authority. */
export async function makeIdentity(
  names: string[],
  now: number = Date.now(),
): Promise<TlsIdentity> {
  const { generate } = await import("selfsigned");
  const made = await generate([{ name: "commonName", value: "labwire" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(now - DAY_MS), // clocks differ
    notAfterDate: new Date(now + CERTIFICATE_DAYS * DAY_MS),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { cert: lines(made.cert), key: lines(made.private) };
}

async function make(folder: string, file: string): Promise<void> {
  const draft = `${folder}/.tls-${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const { cert, key } = await makeIdentity(["localhost", Deno.hostname()]);
    await Deno.writeTextFile(draft, cert + key, { createNew: true, mode: 0o600 });
    try {
      await Deno.link(draft, file); // whoever is first has made it
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    } finally {
      await Deno.remove(draft);
    }
  } catch (cause) {
    throw new Failure(`Cannot keep a TLS certificate in "${folder}"`, Exit.usage, {
      cause,
      remedy: "LABWIRE_STATE names another folder",
    });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new Failure(`Cannot read the TLS certificate "${file}"`, Exit.usage, { cause });
  }
}

function split(pem: string, file: string): TlsIdentity {
  const [cert, key = ""] = pem.split(/^(?=-----BEGIN PRIVATE KEY-----$)/m);
  try {
    const identity = { cert, key };
    checkIdentity(identity);
    return identity;
  } catch (cause) {
    throw new Failure(`Cannot use the TLS certificate "${file}": it is damaged`, Exit.usage, {
      cause,
      remedy: "remove it, and a new one is made",
    });
  }
}

function lines(pem: string): string {
  return `${pem.replaceAll("\r\n", "\n").trimEnd()}\n`;
}
