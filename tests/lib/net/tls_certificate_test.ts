import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import {
  checkAuthorities,
  checkIdentity,
  fingerprintOf,
  parseFingerprint,
  whyUnfit,
} from "../../../lib/net/tls_certificate.ts";
import { certificate } from "../../support/certificates.ts";

const HEX = "0123456789abcdef".repeat(4);
const COLONS = HEX.toUpperCase().match(/../g)!.join(":");

Deno.test("a fingerprint is read in every form in which tools print one", () => {
  const forms = [
    HEX,
    `sha256:${HEX}`,
    `SHA256:${COLONS}`,
    `sha256 Fingerprint=${COLONS}`,
    `SHA-256: ${HEX}`,
  ];
  for (const form of forms) assertEquals(parseFingerprint(form), HEX, form);
  const others = ["", "sha256:", HEX.slice(2), `${HEX}00`, `sha1:${HEX}`, HEX.replace("0", "g")];
  for (const other of others) assertEquals(parseFingerprint(other), undefined, other);
});

Deno.test("a fingerprint is the SHA-256 of the certificate's bytes", async () => {
  const { cert } = await certificate();
  const der = Uint8Array.fromBase64(cert.replace(/-----.*?-----|\s/g, ""));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", der)).toHex();
  assertEquals([fingerprintOf(cert), fingerprintOf(der)], [hash, hash]);
});

Deno.test("a key of another certificate, and what is no PEM, are mistakes of usage", async () => {
  const one = await certificate(), other = await certificate();
  checkIdentity(one);
  const wrong = [{ ...one, key: other.key }, { cert: one.key, key: one.cert }, {
    cert: "",
    key: "",
  }];
  for (const pair of wrong) {
    const { exit, message } = assertThrows(() => checkIdentity(pair), Failure);
    assertEquals(exit, 2);
    assertMatch(message, /^Cannot use the TLS certificate and key: /);
  }
  checkAuthorities(one.cert, "ca.pem");
  assertThrows(() => checkAuthorities(one.key, "ca.pem"), Failure, 'Cannot use "ca.pem"');
});

Deno.test("what is out of its time, or an authority, is unfit", async () => {
  const why = async (wish: Parameters<typeof certificate>[0]) =>
    whyUnfit((await certificate(wish)).cert)?.state;
  assertEquals(await why({}), undefined);
  assertEquals(await why({ to: "2021-02-03" }), "it expired on 2021-02-03");
  assertEquals(await why({ from: "2080-01-01" }), "it is valid only from 2080-01-01");
  assertMatch(`${await why({ ca: true })}`, /authority/);
});
