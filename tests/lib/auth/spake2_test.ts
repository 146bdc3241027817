import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { p256 } from "@noble/curves/nist";
import {
  type Agreement,
  CONFIRMATION_BYTES,
  type ExchangeOptions,
  type Role,
  SHARE_BYTES,
  SharedSecret,
} from "../../../lib/auth/spake2.ts";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { bytesOf } from "../../support/feed.ts";

/** RFC 9382, appendix B: all of SPAKE2-P256-SHA256-HKDF-SHA256-HMAC-SHA256. A is our client. */
const VECTORS = [
  {
    identities: { client: "server", server: "client" },
    w: "2ee57912099d31560b3a44b1184b9b4866e904c49d12ac5042c97dca461b1a5f",
    x: "43dd0fd7215bdcb482879fca3220c6a968e66d70b1356cac18bb26c84a78d729",
    y: "dcb60106f276b02606d8ef0a328c02e4b629f84f89786af5befb0bc75b6e66be",
    pA: "04a56fa807caaa53a4d28dbb9853b9815c61a411118a6fe516a8798434751470f9" +
      "010153ac33d0d5f2047ffdb1a3e42c9b4e6be662766e1eeb4116988ede5f912c",
    pB: "0406557e482bd03097ad0cbaa5df82115460d951e3451962f1eaf4367a420676d0" +
      "9857ccbc522686c83d1852abfa8ed6e4a1155cf8f1543ceca528afb591a1e0b7",
    Ke: "0e0672dc86f8e45565d338b0540abe69",
    cA: "58ad4aa88e0b60d5061eb6b5dd93e80d9c4f00d127c65b3b35b1b5281fee38f0",
    cB: "d3e2e547f1ae04f2dbdbf0fc4b79f8ecff2dff314b5d32fe9fcef2fb26dc459b",
  },
  {
    identities: { client: "", server: "client" },
    w: "0548d8729f730589e579b0475a582c1608138ddf7054b73b5381c7e883e2efae",
    x: "403abbe3b1b4b9ba17e3032849759d723939a27a27b9d921c500edde18ed654b",
    y: "903023b6598908936ea7c929bd761af6039577a9c3f9581064187c3049d87065",
    pA: "04a897b769e681c62ac1c2357319a3d363f610839c4477720d24cbe32f5fd85f44" +
      "fb92ba966578c1b712be6962498834078262caa5b441ecfa9d4a9485720e918a",
    pB: "04e0f816fd1c35e22065d5556215c097e799390d16661c386e0ecc84593974a61b" +
      "881a8c82327687d0501862970c64565560cb5671f696048050ca66ca5f8cc7fc",
    Ke: "642f05c473c2cd79909f9a841e2f30a7",
    cA: "47d29e6666af1b7dd450d571233085d7a9866e4d49d2645e2df975489521232b",
    cB: "3313c5cefc361d27fb16847a91c2a73b766ffa90a4839122a9b70a2f6bd1d6df",
  },
  {
    identities: { client: "server", server: "" },
    w: "626e0cdc7b14c9db3e52a0b1b3a768c98e37852d5db30febe0497b14eae8c254",
    x: "07adb3db6bc623d3399726bfdbfd3d15a58ea776ab8a308b00392621291f9633",
    y: "b6a4fc8dbb629d4ba51d6f91ed1532cf87adec98f25dd153a75accafafedec16",
    pA: "04f88fb71c99bfffaea370966b7eb99cd4be0ff1a7d335caac4211c4afd855e2e1" +
      "5a873b298503ad8ba1d9cbb9a392d2ba309b48bfd7879aefd0f2cea6009763b0",
    pB: "040c269d6be017dccb15182ac6bfcd9e2a14de019dd587eaf4bdfd353f031101e7" +
      "cca177f8eb362a6e83e7d5e729c0732e1b528879c086f39ba0f31a9661bd34db",
    Ke: "005184ff460da2ce59062c87733c299c",
    cA: "bc9f9bbe99f26d0b2260e6456e05a86196a3307ec6663a18bf6ac825736533b2",
    cB: "c2370e1bf813b086dff0d834e74425a06e6390f48f5411900276dcccc5a297ec",
  },
  {
    identities: { client: "", server: "" },
    w: "7bf46c454b4c1b25799527d896508afd5fc62ef4ec59db1efb49113063d70cca",
    x: "8cef65df64bb2d0f83540c53632de911b5b24b3eab6cc74a97609fd659e95473",
    y: "d7a66f64074a84652d8d623a92e20c9675c61cb5b4f6a0063e4648a2fdc02d53",
    pA: "04a65b367a3f613cf9f0654b1b28a1e3a8a40387956c8ba6063e8658563890f46c" +
      "a1ef6a676598889fc28de2950ab8120b79a5ef1ea4c9f44bc98f585634b46d66",
    pB: "04589f13218822710d98d8b2123a079041052d9941b9cf88c6617ddb2fcc049466" +
      "2eea8ba6b64692dc318250030c6af045cb738bc81ba35b043c3dcb46adf6f58d",
    Ke: "fc6374762ba5cf11f4b2caa08b2cd1b9",
    cA: "dfb4db8d48ae5a675963ea5e6c19d98d4ea028d8e898dad96ea19a80ade95dca",
    cB: "d0f0609d1613138d354f7e95f19fb556bf52d751947241e8c7118df5ef0ae175",
  },
];

const MATERIAL = Uint8Array.from({ length: 48 }, (_, i) => i + 1);
const SECRET = new SharedSecret(MATERIAL);
const OTHER = new SharedSecret(MATERIAL.toReversed());

/** A secret whose w is exactly `hex`: smaller than the group order, with zeros in front. */
function secretOf(hex: string): SharedSecret {
  return new SharedSecret(Uint8Array.fromHex(hex.padStart(96, "0")));
}

interface Side extends ExchangeOptions {
  secret?: SharedSecret;
  role?: Role;
}

/** Both sides of one exchange, unless told otherwise a client and a server with one secret. */
function agree(one: Side = {}, other: Side = {}): [Agreement, Agreement] {
  const first = (one.secret ?? SECRET).start(one.role ?? "client", one);
  const second = (other.secret ?? SECRET).start(other.role ?? "server", other);
  return [first.finish(second.share), second.finish(first.share)];
}

/** Neither side is fooled; their keys differ, or the confirmations alone do. */
function assertDisagree([one, other]: [Agreement, Agreement], { keysToo = true } = {}): void {
  assertEquals([one.verify(other.confirmation), other.verify(one.confirmation)], [false, false]);
  if (keysToo) assertNotEquals(one.key, other.key);
}

/** What both roles say to `share`: that it is no share, in one plain sentence. */
function refusalOf(share: Uint8Array): string {
  const [one, other] = (["client", "server"] as const).map((role) =>
    assertThrows(() => SECRET.start(role).finish(share), ProtocolError).message
  );
  assertEquals(one, other);
  assertMatch(one, /^[a-z0-9 ,-]+$/i);
  return one;
}

for (const { identities, w, x, y, ...expected } of VECTORS) {
  const { client, server } = identities;
  Deno.test(`SPAKE2 gives the RFC's values for A "${client}" and B "${server}"`, () => {
    const secret = secretOf(w);
    const a = secret.start("client", { identities, scalar: Uint8Array.fromHex(x) });
    const b = secret.start("server", { identities, scalar: Uint8Array.fromHex(y) });
    assertEquals([a.share.toHex(), b.share.toHex()], [expected.pA, expected.pB]);
    const [atA, atB] = [a.finish(b.share), b.finish(a.share)];
    assertEquals([atA.key.toHex(), atB.key.toHex()], [expected.Ke, expected.Ke]);
    assertEquals(atA.confirmation.toHex(), expected.cA);
    assertEquals(atB.confirmation.toHex(), expected.cB);
    assert(atA.verify(atB.confirmation) && atB.verify(atA.confirmation));
  });
}

Deno.test("two sides that know the same secret agree, each time on another key", () => {
  const context = bytesOf("what was said before");
  const keys = [{}, {}, { context }].map((options) => {
    const [client, server] = agree(options, options);
    assert(client.verify(server.confirmation) && server.verify(client.confirmation));
    assertEquals(client.key, server.key);
    assertEquals([client.key.length, client.confirmation.length], [16, CONFIRMATION_BYTES]);
    return client.key.toHex();
  });
  assertEquals(new Set(keys).size, 3);
});

Deno.test("key material is taken modulo the group order, and 40 bytes of it at least", () => {
  const { w, x, pA } = VECTORS[0];
  const scalar = Uint8Array.fromHex(x);
  const wrapped = (BigInt(`0x${w}`) + p256.Point.Fn.ORDER).toString(16);
  assertEquals(secretOf(wrapped).start("client", { scalar }).share.toHex(), pA);
  assertThrows(() => new SharedSecret(new Uint8Array(39)), RangeError, "39 bytes");
});

Deno.test("two sides with different secrets do not agree", () => {
  assertDisagree(agree({}, { secret: OTHER }));
});

Deno.test("two clients do not agree, nor do two servers", () => {
  assertDisagree(agree({}, { role: "client" }));
  assertDisagree(agree({ role: "server" }, {}));
});

Deno.test("sides that heard a different context, or other names, do not confirm", () => {
  const context = bytesOf("as one side heard it");
  assertDisagree(agree({ context }, {}), { keysToo: false });
  assertDisagree(agree({ context }, { context: context.toReversed() }), { keysToo: false });
  assertDisagree(agree({ identities: { client: "Ada", server: "labwire server" } }));
  const shifted = { client: "labwire client labwire", server: " server" };
  assertDisagree(agree({ identities: shifted }));
});

Deno.test("a share sent back to its sender is refused", () => {
  for (const role of ["client", "server"] as const) {
    const side = SECRET.start(role);
    const error = assertThrows(() => side.finish(side.share.slice()), ProtocolError);
    assertEquals(error.message, "the share is our own, sent back");
  }
});

Deno.test("a share in another form is refused: infinity, compressed, hybrid, too short, too long", () => {
  const { share } = SECRET.start("client");
  const compressed = p256.Point.fromBytes(share).toBytes(true);
  const forms: Uint8Array[] = [new Uint8Array(0), Uint8Array.of(0), new Uint8Array(65), compressed];
  for (const first of [0, 2, 3, 5, 6, 7, 0xff]) {
    forms.push(Uint8Array.from(share, (byte, i) => i ? byte : first));
  }
  forms.push(share.subarray(0, 64), share.subarray(1), Uint8Array.of(...share, 0));
  for (const form of forms) {
    assertEquals(refusalOf(form), "a share is not 65 bytes that begin with 4");
  }
});

Deno.test("a share that is no point of the curve is refused", () => {
  const zeros = new Uint8Array(SHARE_BYTES);
  zeros[0] = 4;
  assertEquals(refusalOf(zeros), "a share is not a point of the curve P-256");
  assertEquals(refusalOf(zeros.with(64, 1)), "a share is not a point of the curve P-256");
  const { share } = SECRET.start("client");
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 65 * 8 - 1 }), (bit) => {
      const altered = share.with(bit >> 3, share[bit >> 3] ^ 1 << (bit & 7));
      assertEquals(refusalOf(altered), "a share is not a point of the curve P-256");
    }),
    { numRuns: 50 },
  );
});

Deno.test("a coordinate that is not reduced is refused", () => {
  const { Fp } = p256.Point;
  let point: ReturnType<typeof p256.Point.fromHex> | undefined;
  for (let x = 1; !point; x++) { // the first point whose x has a second form under 2^256
    try {
      point = p256.Point.fromHex(`02${x.toString(16).padStart(64, "0")}`);
    } catch {
      // half of all x have no point
    }
  }
  const encoded = (x: bigint) =>
    Uint8Array.fromHex(`04${[x, point.y].map((n) => n.toString(16).padStart(64, "0")).join("")}`);
  SECRET.start("client").finish(encoded(point.x)); // is one
  assertEquals(refusalOf(encoded(point.x + Fp.ORDER)), "a share is not a point of the curve P-256");
});

Deno.test("a share that is nothing but the mask of its side is refused", () => {
  const w = p256.Point.Fn.create(BigInt(`0x${MATERIAL.toHex()}`));
  const n = p256.Point.fromHex(
    "03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49",
  );
  const mask = n.multiply(w).toBytes(false);
  assertThrows(() => SECRET.start("client").finish(mask), ProtocolError, "nothing to agree on");
});

Deno.test("a share altered into another point leads to other keys on both sides", () => {
  const [client, server] = [SECRET.start("client"), SECRET.start("server")];
  const negated = p256.Point.fromBytes(client.share).negate().toBytes(false);
  assertDisagree([client.finish(server.share), server.finish(negated)]);
});

Deno.test("an altered confirmation is not taken, nor one cut short, nor our own", () => {
  const [client, server] = agree();
  for (let bit = 0; bit < CONFIRMATION_BYTES * 8; bit++) {
    const altered = server.confirmation.slice();
    altered[bit >> 3] ^= 1 << (bit & 7);
    assertEquals(client.verify(altered), false);
  }
  assertEquals(client.verify(server.confirmation.subarray(0, 31)), false);
  assertEquals(client.verify(new Uint8Array([...server.confirmation, 0])), false);
  assertEquals(client.verify(new Uint8Array(0)), false);
  assertEquals(client.verify(client.confirmation), false);
  assert(client.verify(server.confirmation));
});

Deno.test("what was heard in one exchange is of no use in the next", () => {
  const heard = SECRET.start("client");
  const past = SECRET.start("server");
  const { confirmation } = heard.finish(past.share);
  assertEquals(SECRET.start("server").finish(heard.share).verify(confirmation), false);
});

Deno.test("an exchange takes one share: a second would be a second guess", () => {
  const { share } = SECRET.start("server");
  for (const first of [share, new Uint8Array(65)]) {
    const client = SECRET.start("client");
    try {
      client.finish(first);
    } catch {
      // a share that is refused was the one share, too
    }
    assertThrows(() => client.finish(share), Error, "Cannot finish the exchange: it is finished");
  }
});

Deno.test("the greeting loads neither elliptic curves nor node:crypto before they are needed", async () => {
  for (const file of ["exchange.ts", "keying.ts"]) {
    const entry = new URL(`../../../lib/auth/${file}`, import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry] });
    const info = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
    const modules = new Map<string, Module>();
    for (const module of info.modules) modules.set(module.specifier, module);
    const loaded = new Set([entry]);
    for (const specifier of loaded) { // grows while it is walked
      for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
        if (code && !isDynamic) loaded.add(code.specifier);
      }
    }
    const names = [...loaded].map((specifier) => specifier.replace(/.*\//, ""));
    assert(names.length > 5, "the walk found what is loaded");
    const costly = /noble|nist|crypto|spake2|stretch|records|poly1305/;
    assertEquals(names.filter((name) => costly.test(name)), []);
  }
});

interface Module {
  dependencies?: { code?: { specifier: string }; isDynamic?: boolean }[];
}
