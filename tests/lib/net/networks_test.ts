import { assertEquals, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { Networks } from "../../../lib/net/networks.ts";
import { isLoopback, partyOf, plainAddress } from "../../../lib/net/party.ts";

/** A list, what is in it, and what is not. */
const LISTS: [list: string, inside: string[], outside: string[]][] = [
  ["192.168.1.7", ["192.168.1.7", "::ffff:192.168.1.7", "::FFFF:192.168.1.7"], ["192.168.1.8"]],
  ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]],
  ["10.1.2.3/8", ["10.0.0.0", "10.255.255.255"], ["11.0.0.0"]],
  ["0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["::1", "2001:db8::1"]],
  ["10.0.0.1/32", ["10.0.0.1"], ["10.0.0.0", "10.0.0.2"]],
  ["2001:db8::/32", ["2001:db8::1", "2001:db8:ffff::1"], ["2001:db9::1", "10.0.0.1"]],
  ["::1", ["::1", "0:0:0:0:0:0:0:1"], ["::2", "127.0.0.1"]],
  ["fe80::/10", ["fe80::1", "fe80::1%eth0", "febf::1"], ["fec0::1"]],
  ["fe80::1%eth0", ["fe80::1", "fe80::1%wlan0"], ["fe80::2"]],
  ["[2001:db8::7]", ["2001:db8::7"], ["2001:db8::8"]],
  ["::ffff:10.1.2.3", ["10.1.2.3", "::ffff:10.1.2.3"], ["10.1.2.4"]],
];

for (const [list, inside, outside] of LISTS) {
  Deno.test(`${list} holds what belongs to it, and nothing else`, () => {
    const networks = new Networks(list);
    for (const address of inside) assertEquals(networks.has(address), true, address);
    for (const address of outside) assertEquals(networks.has(address), false, address);
  });
}

Deno.test("a list is parted by commas, white space or lines, and # begins a comment", () => {
  const networks = new Networks(`
    10.0.0.0/8, ::1   # our own, 192.0.2.1
    # 192.0.2.2
    192.168.1.7\t192.168.1.8,,
  `);
  assertEquals(networks.entries, ["10.0.0.0/8", "::1", "192.168.1.7", "192.168.1.8"]);
  assertEquals([networks.has("192.168.1.8"), networks.has("192.0.2.1")], [true, false]);
});

Deno.test("an empty list holds nobody", () => {
  for (const list of ["", "\n", "# nobody"]) {
    const networks = new Networks(list);
    assertEquals([networks.entries, networks.has("127.0.0.1")], [[], false]);
  }
});

Deno.test("what is no address is in no list", () => {
  const networks = new Networks("0.0.0.0/0,::/0");
  for (const text of ["", "localhost", "10.0.0", "10.0.0.256", ":::", "%eth0"]) {
    assertEquals(networks.has(text), false, text);
  }
});

Deno.test("an entry that is no address and no network is a mistake of usage, and is named", () => {
  for (
    const entry of [
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "10.0.0",
      "010.0.0.1",
      "localhost",
      "2001:db8::/129",
      "::ffff:10.0.0.0/104",
      "/8",
      "*",
      "10.0.0.0-10.0.0.9",
    ]
  ) {
    const error = assertThrows(() => new Networks(`::1,${entry}`), Failure);
    assertEquals([error.exit, error.message], [Exit.usage, `Cannot read the network "${entry}"`]);
    assertEquals(error.remedy, "they look like 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32");
  }
});

Deno.test("how an address came does not count: neither a mapping nor a zone", () => {
  assertEquals(
    ["10.1.2.3", "::ffff:10.1.2.3", "::FFFF:10.1.2.3", "fe80::1%eth0", "::1"].map(plainAddress),
    ["10.1.2.3", "10.1.2.3", "10.1.2.3", "fe80::1", "::1"],
  );
});

Deno.test("a party has one IPv4 address, or 64 bits of IPv6, however that is written", () => {
  const parties: [string, string][] = [
    ["10.1.2.3", "10.1.2.3"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
  ];
  for (const [address, party] of parties) assertEquals(partyOf(address), party);
});

Deno.test("loopback is this machine's own, in either form", () => {
  assertEquals(
    ["127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "::1", "128.0.0.1", "::2"].map(isLoopback),
    [true, true, true, true, false, false],
  );
});
