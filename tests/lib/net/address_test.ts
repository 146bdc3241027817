import { assertEquals, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { formatAddress, parseAddress } from "../../../lib/net/address.ts";

const FALLBACK = { hostname: "127.0.0.1", port: 8000 };

const GOOD: [text: string, hostname: string, port: number][] = [
  ["9000", "127.0.0.1", 9000],
  ["0", "127.0.0.1", 0],
  ["65535", "127.0.0.1", 65535],
  [":9000", "0.0.0.0", 9000],
  ["localhost", "localhost", 8000],
  ["localhost:9000", "localhost", 9000],
  ["10.0.0.5:65535", "10.0.0.5", 65535],
  ["lab-1.example.org:0", "lab-1.example.org", 0],
  ["[::1]:9000", "::1", 9000],
  ["[::1]", "::1", 8000],
  ["[fe80::1%eth0]:9000", "fe80::1%eth0", 9000],
  [" 127.0.0.1:9000 ", "127.0.0.1", 9000],
  ["08000", "127.0.0.1", 8000],
];

const BAD = [
  "",
  " ",
  ":",
  "host:",
  "host:http",
  "host:-1",
  "host:65536",
  "65536",
  "host:80:81",
  "::1",
  "::1:9000",
  "[]:9000",
  "[::1",
  "[::1]9000",
  "host:9000/path",
  "host:90 00",
  "host:1e3",
  "http://host:9000",
];

for (const [text, hostname, port] of GOOD) {
  Deno.test(`"${text}" is the address ${hostname}, port ${port}`, () => {
    assertEquals(parseAddress(text, FALLBACK), { hostname, port });
  });
}

for (const text of BAD) {
  Deno.test(`"${text}" is no address, and the error shows what one looks like`, () => {
    const error = assertThrows(() => parseAddress(text, FALLBACK), Failure);
    assertEquals(error.exit, Exit.usage);
    assertEquals(
      error.message,
      `Cannot read the address "${text}": addresses look like 8000, :8000, host:8000 or [::1]:8000`,
    );
  });
}

Deno.test("a missing host is whichever the caller means by any", () => {
  assertEquals(parseAddress(":9000", FALLBACK, "127.0.0.1").hostname, "127.0.0.1");
});

Deno.test("an address is written so that it can be read again", () => {
  for (const [, hostname, port] of GOOD) {
    assertEquals(parseAddress(formatAddress({ hostname, port }), FALLBACK), { hostname, port });
  }
});
