import { assert, assertEquals, assertRejects } from "@std/assert";
import { Trust, type TrustValues } from "../../commands/shared/trust.ts";
import { trustOptions } from "../../commands/shared/trust.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { PER_ADDRESS } from "../../lib/base/limits.ts";
import { contextOf } from "../support/context.ts";
import { Folder } from "../support/folder.ts";
import { PEOPLE, personLine } from "../support/people.ts";

const NONE: TrustValues = {
  cipher: "none",
  secret: false,
  "tls-self-signed": false,
  "max-per-address": 0,
  idle: 0,
  memory: 1000,
  "max-clients": 10,
};

/** A folder with accounts, a secret and lists, and a trust of such values; `@` is the folder. */
async function open(values: Partial<TrustValues>, tls = false) {
  const folder = await Folder.make({ users: PEOPLE, secret: "words\n", far: "192.0.2.0/24\n" });
  await Deno.chmod(`${folder.path}/users`, 0o600);
  const context = contextOf();
  const found = Object.fromEntries(
    Object.entries({ ...NONE, "tls-self-signed": tls, ...values }).map(([name, value]) => [
      name,
      typeof value === "string" ? value.replace("%", folder.path) : value,
    ]),
  ) as unknown as TrustValues;
  try {
    const trust = await Trust.open(found, context);
    const dispose = async () => {
      trust[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    };
    return { folder, context, trust, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

Deno.test("a server that was told nothing trusts everybody, within bounds", async () => {
  await using opened = await open({});
  const { trust } = opened;
  const { keying, accounts, dialect, guard } = trust.terms;
  assertEquals([keying.name, accounts, dialect, guard.lists], ["none", undefined, undefined, {}]);
  assertEquals([trust.rate, trust.idleMs, trust.memory.inboxes.limit], [undefined, undefined, 500]);
  assertEquals(
    ["127.0.0.1", "::1", "192.0.2.7", "2001:db8::1"].map(trust.maxPerAddress),
    [Infinity, Infinity, PER_ADDRESS, PER_ADDRESS],
  );
});

Deno.test("a bound for one address that was given holds for this machine, too", async () => {
  await using opened = await open({ "max-per-address": 3 });
  const { trust } = opened;
  assertEquals(["127.0.0.1", "192.0.2.7"].map(trust.maxPerAddress), [3, 3]);
});

Deno.test("passwords are taken under a secret or inside TLS only", async () => {
  const users = "%/users", clear = "Cannot take passwords in clear";
  for (const more of [{}, { cipher: "aes-gcm", key: "x" } as const]) {
    const error = await assertRejects(() => open({ users, ...more }), Failure, clear);
    assertEquals(error.exit, Exit.usage);
  }
  for (const [more, tls] of [[{ "secret-file": "%/secret" }, false], [{}, true]] as const) {
    await using opened = await open({ users, ...more }, tls);
    assertEquals(opened.trust.terms.accounts?.().all.length, 3);
  }
  for (const dialect of ["text", "raw", "json"] as const) {
    const error = await assertRejects(() => open({ users, dialect }, true), Failure);
    assertEquals(error.message, `Cannot ask for accounts over ${dialect}`);
  }
});

Deno.test("files that are no good are mistakes of usage, and nothing stays open", async () => {
  const bad: [Partial<TrustValues>, string][] = [
    [{ allow: "10.0.0.0/33" }, 'Cannot read the network "10.0.0.0/33"'],
    [{ audit: "%/audit", allow: "x" }, 'Cannot read the network "x"'],
    [{ deny: "@%/nowhere" }, "Cannot read the addresses of"],
    [{ users: "%/nowhere", "secret-file": "%/secret" }, "there is no such file"],
    [{ users: "%/secret", "secret-file": "%/secret" }, "others on this machine may read it"],
    [{ audit: "%/nowhere/audit" }, "Cannot append to"],
  ];
  for (const [values, message] of bad) {
    const error = await assertRejects(() => open(values), Failure, message);
    assertEquals(error.exit, Exit.usage);
  }
});

Deno.test("lists are read from the option, or from a file", async () => {
  await using opened = await open({ allow: "@%/far", deny: "192.0.2.7" });
  const { guard } = opened.trust.terms;
  const refused = ["192.0.2.6", "192.0.2.7", "127.0.0.1"].map((address) =>
    guard.refusal(address) !== undefined
  );
  assertEquals(refused, [false, true, true]);
});

Deno.test("a hangup reads lists and accounts again; a fault leaves what was", async () => {
  await using opened = await open({ users: "%/users", deny: "@%/far", audit: "%/audit" }, true);
  const { trust, folder } = opened;
  const { accounts, guard } = trust.terms;
  await Deno.writeTextFile(`${folder.path}/far`, "127.0.0.0/8");
  await Deno.writeTextFile(`${folder.path}/users`, await personLine("Dana", "guest", "lamp"));
  await Deno.rename(`${folder.path}/audit`, `${folder.path}/audit.1`);
  const outcome = await trust.reload();
  assertEquals(outcome, "Read the settings again");
  assertEquals(accounts!().all, [{ name: "Dana", role: "guest" }]);
  assert(guard.refusal("127.0.0.1") && !guard.refusal("192.0.2.7"));
  assertEquals(folder.names(), ["audit", "audit.1", "far", "secret", "users"]);

  await Deno.writeTextFile(`${folder.path}/far`, "nonsense");
  await Deno.writeTextFile(`${folder.path}/users`, "");
  assert((await trust.reload()).includes('Cannot read the network "nonsense"'));
  assertEquals(accounts!().all.length, 1);
  assert(guard.refusal("127.0.0.1"));
});

Deno.test("a rate is messages, bytes or both, in a second", () => {
  const { read } = trustOptions.rate;
  const good: [string, unknown][] = [
    ["20", { messages: 20 }],
    ["64K/s", { bytes: 65_536 }],
    ["20,64K/s", { messages: 20, bytes: 65_536 }],
    ["64K/s,20", { messages: 20, bytes: 65_536 }],
  ];
  for (const [text, rate] of good) assertEquals(read(text), rate, text);
  for (
    const text of ["", "0", "-1", "1.5", "x", "64K", "/s", "0/s", "20,", ",", "20 ,1/s", "1e3"]
  ) {
    assertEquals(read(text), undefined, text);
  }
});

Deno.test("the bounds in force are told in lines, without a secret", async () => {
  await using opened = await open({
    users: "%/users",
    "secret-file": "%/secret",
    rate: { messages: 20, bytes: 65_536 },
    idle: 60_000,
  });
  const text = opened.trust.limits(2, 1).join("\n");
  for (
    const line of [
      "clients: 2 of 10, and 1 showing who they are",
      "a second",
      "idle: 60 s",
      "accounts: 3 in ",
      "bans: 0",
    ]
  ) assert(text.includes(line), `${line} in ${text}`);
  assert(!text.includes("words"));
});
