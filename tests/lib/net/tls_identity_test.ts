import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import { checkIdentity, whyUnfit } from "../../../lib/net/tls_certificate.ts";
import { keepIdentity, makeIdentity } from "../../../lib/net/tls_identity.ts";
import { Folder } from "../../support/folder.ts";

const DAY_MS = 24 * 3600 * 1000;

Deno.test("a certificate is made once, kept for nobody else's eyes, and found again", async () => {
  await using folder = await Folder.make({});
  const state = `${folder.path}/new/state`;
  const all = await Promise.all(Array.from({ length: 5 }, () => keepIdentity(state, () => {})));
  for (const each of all) assertEquals(each, all[0]);
  checkIdentity(all[0]);
  assertEquals(whyUnfit(all[0].cert), undefined);
  assertEquals(await keepIdentity(state, () => {}), all[0]);
  assertEquals(Array.from(Deno.readDirSync(state), ({ name }) => name), ["tls-1.pem"]);
  if (Deno.build.os === "windows") return;
  const modes = [Deno.statSync(state).mode!, Deno.statSync(`${state}/tls-1.pem`).mode!];
  assertEquals(modes.map((mode) => mode & 0o777), [0o700, 0o600]);
});

Deno.test("an expired certificate is made anew, and that is said", async () => {
  const { cert, key } = await makeIdentity(["localhost"], Date.now() - 4000 * DAY_MS);
  await using folder = await Folder.make({ "tls-1.pem": cert + key });
  const log: string[] = [];
  const made = await keepIdentity(folder.path, (line) => log.push(line));
  assertEquals(whyUnfit(made.cert), undefined);
  assertMatch(log.join("\n"), /^labwire: .*tls-1\.pem.*expired on \d{4}-\d\d-\d\d.*$/);
  assertEquals(await keepIdentity(folder.path, () => {}), made);
});

Deno.test("a damaged file, and a folder that cannot be, are mistakes that say what to do", async () => {
  await using folder = await Folder.make({ "tls-1.pem": "damaged", file: "" });
  const damaged = await assertRejects(() => keepIdentity(folder.path, () => {}), Failure);
  assertMatch(damaged.line, /tls-1\.pem": it is damaged \(remove it/);
  const none = await assertRejects(() => keepIdentity(`${folder.path}/file/x`, () => {}), Failure);
  assertMatch(none.line, /^Cannot (keep|read) .*TLS certificate/);
});
