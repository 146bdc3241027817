import { assertEquals, assertNotEquals } from "@std/assert";
import { MATERIAL_BYTES, SALT_BYTES, stretch } from "../../../lib/auth/stretch.ts";

const SALT = Uint8Array.from({ length: SALT_BYTES }, (_, i) => i);

Deno.test("a stretched passphrase is what Python's hashlib.scrypt gives", async () => {
  const material = await stretch("pässword", SALT);
  assertEquals([material.length, material.constructor], [MATERIAL_BYTES, Uint8Array]);
  assertEquals(
    material.toHex(),
    "0d2ea2b94eb6941772fd4216c76a02445e473c07d86e5182" +
      "117d42379daa9256532088a3592b80ddd24bf6b6b4cbf334",
  );
});

Deno.test("it does not matter how a keyboard composes an umlaut", async () => {
  const [composed, decomposed] = ["p\u00e4ssword", "pa\u0308ssword"];
  assertNotEquals(composed, decomposed);
  assertEquals(await stretch(decomposed, SALT), await stretch(composed, SALT));
});

Deno.test("another salt or another case leads to other key material", async () => {
  const material = await stretch("a phrase", SALT);
  assertNotEquals(await stretch("a phrase", SALT.toReversed()), material);
  assertNotEquals(await stretch("A phrase", SALT), material);
});

Deno.test("stretching leaves the event loop free", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await stretch("a phrase", SALT);
  clearInterval(timer);
  assertNotEquals(turns, 0);
});

Deno.test("what is wanted of cost and length is what comes", async () => {
  const material = await stretch("pässword", SALT, { cost: 1024, bytes: 32 });
  assertEquals(
    material.toHex(),
    "5bf46dabbd87b60733dd2c9dde1ac2006b17484aa6333501829848296979dd61",
  );
});
