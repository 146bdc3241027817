import { assertEquals } from "@std/assert";
import { type Ban, concerns, Guard } from "../../../lib/net/guard.ts";
import { Networks } from "../../../lib/net/networks.ts";

const FAR = "192.0.2.7", SIX = "2001:db8::7", HOUR = 3_600_000;
const ADDRESS = "you are not allowed to come in from your address";
const BANNED = "you are banned here";
const ADA = { name: "Ada", role: "student" } as const;

Deno.test("a guard that was told nothing lets everybody in", () => {
  const guard = new Guard();
  for (const address of [FAR, SIX, "127.0.0.1", "::1"]) {
    assertEquals([guard.refusal(address), guard.refusal(address, ADA)], [undefined, undefined]);
  }
  assertEquals(guard.bans, []);
});

Deno.test("with a list of those who are allowed nobody else comes in", () => {
  const guard = new Guard();
  guard.lists = { allow: new Networks("192.0.2.0/24, ::1") };
  const refusals = [FAR, "::ffff:192.0.2.9", "::1", "192.0.3.1", SIX].map((address) =>
    guard.refusal(address)?.message
  );
  assertEquals(refusals, [undefined, undefined, undefined, ADDRESS, ADDRESS]);
});

Deno.test("who is denied does not come in, though the address is allowed, too", () => {
  const guard = new Guard();
  guard.lists = { allow: new Networks("192.0.2.0/24"), deny: new Networks(FAR) };
  const { code, message } = guard.refusal(FAR)!;
  assertEquals([code, message], ["denied", ADDRESS]);
  assertEquals(guard.refusal("192.0.2.8"), undefined);
});

Deno.test("lists that are changed count from then on", () => {
  const guard = new Guard();
  guard.lists = { deny: new Networks(FAR) };
  guard.lists = {};
  assertEquals(guard.refusal(FAR), undefined);
});

Deno.test("a ban of an address keeps all of its network out, and nobody else", () => {
  const guard = new Guard();
  guard.ban("2001:db8:0:0::/64", { byName: false, ms: HOUR });
  guard.ban(FAR, { byName: false, ms: HOUR });
  const addresses = [FAR, `::ffff:${FAR}`, SIX, "2001:db8::ffff:1", "2001:db8:0:1::7", "192.0.2.8"];
  assertEquals(
    addresses.map((address) => guard.refusal(address)?.message),
    [BANNED, BANNED, BANNED, BANNED, undefined, undefined],
  );
});

Deno.test("a ban of an account keeps it out from everywhere, under whatever looks like its name", () => {
  const guard = new Guard();
  guard.ban("ada", { byName: true, ms: HOUR });
  assertEquals(guard.refusal(FAR, ADA)?.message, BANNED);
  assertEquals(guard.refusal(FAR, { ...ADA, name: "Аda" })?.message, BANNED, "Cyrillic А");
  assertEquals([guard.refusal(FAR), guard.refusal(FAR, { ...ADA, name: "Ben" })], [
    undefined,
    undefined,
  ]);
});

Deno.test("a name that reads like an address is not one", () => {
  const guard = new Guard();
  guard.ban(FAR, { byName: true, ms: HOUR });
  assertEquals(guard.refusal(FAR), undefined);
  assertEquals(guard.refusal("192.0.2.8", { ...ADA, name: FAR })?.message, BANNED);
});

Deno.test("a ban that has run out is none, and is not listed", () => {
  const guard = new Guard();
  guard.ban(FAR, { byName: false, ms: 0 });
  guard.ban("Ada", { byName: true, ms: -1 });
  assertEquals([guard.refusal(FAR, ADA), guard.bans], [undefined, []]);
});

Deno.test("a second ban of the same takes the place of the first", () => {
  const guard = new Guard();
  guard.ban("Ada", { byName: true, ms: 0 });
  guard.ban("ADA", { byName: true, ms: Infinity });
  assertEquals(guard.bans, [{ who: "ADA", byName: true, until: Infinity }]);
});

Deno.test("a ban is ended by its name, its network or any address of that", () => {
  for (
    const [who, byName, said] of [
      ["Ada", true, "ADA"],
      [FAR, false, FAR],
      [FAR, false, `::ffff:${FAR}`],
      ["2001:db8:0:0::/64", false, SIX],
      ["2001:db8:0:0::/64", false, "2001:db8:0:0::/64"],
    ] as const
  ) {
    const guard = new Guard();
    guard.ban(who, { byName, ms: HOUR });
    assertEquals([guard.unban("nobody"), guard.bans.length], [false, 1]);
    assertEquals([guard.unban(said), guard.unban(said), guard.bans], [true, false, []], said);
  }
});

Deno.test("whatever is typed as the end of a ban is no more than unknown", () => {
  const guard = new Guard();
  for (const who of ["", ":", "::", "1:2:3:4:5:6:7:8::9", "x:y::z", "%", "\0", "a".repeat(9999)]) {
    assertEquals(guard.unban(who), false, who.slice(0, 20));
  }
});

Deno.test("what lasts is told before what passes: lists, then bans", () => {
  const guard = new Guard();
  guard.ban(FAR, { byName: false, ms: HOUR });
  assertEquals(guard.refusal(FAR)?.message, BANNED);
  guard.lists = { deny: new Networks(FAR) };
  assertEquals(guard.refusal(FAR)?.message, ADDRESS);
});

Deno.test("those who watch hear of each ban, as it is made", () => {
  const guard = new Guard();
  const heard: Ban[] = [];
  guard.watch((ban) => heard.push(ban));
  guard.watch(({ who }) => assertEquals(guard.bans.at(-1)?.who, who, "it stands already"));
  const made = [
    guard.ban(FAR, { byName: false, ms: HOUR }),
    guard.ban("Ada", { byName: true, ms: HOUR }),
  ];
  assertEquals(heard, made);
});

Deno.test("a ban is about whoever is of that network, or has that account", () => {
  const address: Ban = { who: "2001:db8:0:0::/64", byName: false, until: Infinity };
  const name: Ban = { who: "ADA", byName: true, until: Infinity };
  assertEquals([concerns(address, SIX), concerns(address, FAR)], [true, false]);
  assertEquals([concerns(name, SIX, ADA), concerns(name, SIX)], [true, false]);
});
