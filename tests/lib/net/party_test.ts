import { assertEquals } from "@std/assert";
import { isAddress, partyOf } from "../../../lib/net/party.ts";

const PARTIES: [address: string, party: string][] = [
  ["10.1.2.3", "10.1.2.3"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"],
  ["2001:DB8::7", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["0:0:0:1::1.2.3.4", "0:0:0:1::/64"],
];

for (const [address, party] of PARTIES) {
  Deno.test(`${address} is of the party ${party}`, () => {
    assertEquals([isAddress(address), partyOf(address)], [true, party]);
  });
}

for (
  const text of ["Ada", "1:2:3:4:5:6:7:8::9", ":1", "1::2::3", "a: b", "::1]:80/[", "256.1.1.1"]
) {
  Deno.test(`"${text}" is no address, and a party of its own`, () => {
    assertEquals([isAddress(text), partyOf(text)], [false, text]);
  });
}
