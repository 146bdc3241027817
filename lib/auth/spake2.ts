/**
 * SPAKE2 (RFC 9382) in its ciphersuite SPAKE2-P256-SHA256-HKDF-SHA256-HMAC-SHA256: two sides that
 * know the same passphrase agree on a key. Whoever listens learns nothing to try passphrases on,
 * and whoever takes part without knowing it has one guess per exchange.
 *
 * It loads elliptic curve arithmetic and `node:crypto`, so whoever needs it imports it lazily. The
 * arithmetic is that of `bigint`: it takes no branch on a secret, but its time is not strictly
 * constant. What is multiplied by the lasting secret is multiplied once, in the constructor.
 *
 * @module
 */

import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { p256 } from "@noble/curves/nist";
import { concat } from "../base/bytes.ts";
import { ProtocolError } from "../base/errors.ts";

/** Bytes of a share: an uncompressed point, 4 and both coordinates (SEC 1, 2.3.3). */
export const SHARE_BYTES = 65;

/** Bytes of a confirmation: an HMAC-SHA256. */
export const CONFIRMATION_BYTES = 32;

/** Fewest bytes a secret is made from: 64 bits over the group order keep it evenly spread. */
const MATERIAL_BYTES = 40;

const { Point } = p256;
const { Fn } = Point; // scalars: numbers modulo the group order
type Point = typeof Point.BASE;

/** M and N of RFC 9382, section 4: points of which nobody knows the discrete logarithm. */
const M = Point.fromHex("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f");
const N = Point.fromHex("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49");

const IDENTITIES = { client: "labwire client", server: "labwire server" };

const encoder = new TextEncoder();

/** The two sides: a client is A of the RFC, a server B. */
export type Role = "client" | "server";

/** What an exchange may be bound to, and what it draws. */
export interface ExchangeOptions {
  /** Who the sides are; `labwire client` and `labwire server` unless told. */
  identities?: Readonly<Record<Role, string>>;
  /**
   * What both sides must have heard alike for their confirmations to fit: the RFC's AAD. The key
   * itself does not depend on it.
   */
  context?: Uint8Array;
  /** For test vectors only: the ephemeral scalar, 32 bytes; else it is drawn at random. */
  scalar?: Uint8Array;
}

/** One side of one exchange. */
export interface KeyExchange {
  /** To be sent to the other side, {@linkcode SHARE_BYTES} long. */
  readonly share: Uint8Array;
  /**
   * Takes the other side's share, once. What comes of it proves nothing before the other side's
   * confirmation is verified.
   *
   * @throws {ProtocolError} when the share is not one that the other side can have made.
   */
  finish(peerShare: Uint8Array): Agreement;
}

/** What one side has at the end; the other has the same key if it knew the same secret. */
export interface Agreement {
  /** Ke of the RFC, 16 bytes; of no use before {@linkcode Agreement.verify} said yes. */
  readonly key: Uint8Array;
  /** To be sent to the other side: shows that we have the key, {@linkcode CONFIRMATION_BYTES} long. */
  readonly confirmation: Uint8Array;
  /** Whether the other side's confirmation shows that it has the same key, identities and context. */
  verify(peerConfirmation: Uint8Array): boolean;
}

/** What both sides know, ready for any number of exchanges. */
export class SharedSecret {
  readonly #w: Uint8Array;
  readonly #masks: Readonly<Record<Role, Point>>;

  /**
   * `material` is a passphrase stretched to at least 40 bytes (RFC 9382, 3.2).
   *
   * @throws {RangeError} when it is shorter.
   */
  constructor(material: Uint8Array) {
    if (material.length < MATERIAL_BYTES) {
      throw new RangeError(
        `Cannot make a secret: ${material.length} bytes of key material are under ${MATERIAL_BYTES}`,
      );
    }
    const w = Fn.create(BigInt(`0x${material.toHex()}`));
    this.#w = Fn.toBytes(w);
    this.#masks = { client: M.multiply(w), server: N.multiply(w) };
  }

  /** Begins an exchange as one side. */
  start(role: Role, options: ExchangeOptions = {}): KeyExchange {
    const peer = role === "client" ? "server" : "client";
    const scalar = Fn.fromBytes(options.scalar ?? p256.utils.randomSecretKey());
    const share = Point.BASE.multiply(scalar).add(this.#masks[role]).toBytes(false);
    let finished = false;

    const finish = (peerShare: Uint8Array): Agreement => {
      if (finished) throw new Error("Cannot finish the exchange: it is finished");
      finished = true; // a second share would be a second guess
      const theirs = pointOf(peerShare);
      if (equal(peerShare, share)) {
        throw new ProtocolError("the share is our own, sent back");
      }
      const base = theirs.subtract(this.#masks[peer]);
      if (base.is0()) throw new ProtocolError("the share leaves nothing to agree on");
      const { client, server } = options.identities ?? IDENTITIES;
      const transcript = transcriptOf([
        encoder.encode(client),
        encoder.encode(server),
        ...role === "client" ? [share, peerShare] : [peerShare, share],
        base.multiply(scalar).toBytes(false),
        this.#w,
      ]);
      return agree(role, transcript, options.context ?? new Uint8Array(0));
    };

    return { share, finish };
  }
}

/** The compressed form and the point at infinity, one byte long, are refused with all else. */
function pointOf(share: Uint8Array): Point {
  if (share.length !== SHARE_BYTES || share[0] !== 4) {
    throw new ProtocolError(`a share is not ${SHARE_BYTES} bytes that begin with 4`);
  }
  try {
    return Point.fromBytes(share); // refuses what is not on the curve
  } catch {
    throw new ProtocolError("a share is not a point of the curve P-256");
  }
}

/** TT of RFC 9382, 3.3: each part after its length, 8 bytes little-endian. */
function transcriptOf(parts: readonly Uint8Array[]): Uint8Array {
  return concat(parts.flatMap((part) => {
    const length = new Uint8Array(8);
    new DataView(length.buffer).setUint32(0, part.length, true);
    return [length, part];
  }));
}

/** The key schedule of RFC 9382, section 4. The hash of the transcript is the keys: it stays here. */
function agree(role: Role, transcript: Uint8Array, context: Uint8Array): Agreement {
  const hash = new Uint8Array(createHash("sha256").update(transcript).digest());
  const key = hash.slice(0, 16); // Ke
  const authentication = hash.subarray(16); // Ka
  const info = concat([encoder.encode("ConfirmationKeys"), context]);
  const keys = new Uint8Array(hkdfSync("sha256", authentication, new Uint8Array(0), info, 32));
  const confirmations = {
    client: confirm(keys.subarray(0, 16), transcript),
    server: confirm(keys.subarray(16), transcript),
  };
  const expected = confirmations[role === "client" ? "server" : "client"];
  return {
    key,
    confirmation: confirmations[role],
    verify: (peerConfirmation) => equal(peerConfirmation, expected),
  };
}

function confirm(key: Uint8Array, transcript: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(transcript).digest());
}

/** In a time that does not tell where they differ. */
function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
