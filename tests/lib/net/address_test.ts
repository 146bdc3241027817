import { assertEquals, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { formatAddress, hostOf, parseAddress, parseWords } from "../../../lib/net/address.ts";

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
      `Cannot read the address "${text}": addresses look like 8000, :8000, host:8000, [::1]:8000 or unix:PATH`,
    );
  });
}

Deno.test("a missing host is whichever the caller means by any", () => {
  assertEquals(parseAddress(":9000", FALLBACK, "127.0.0.1"), { hostname: "127.0.0.1", port: 9000 });
});

Deno.test("an address is written so that it can be read again", () => {
  for (const [, hostname, port] of GOOD) {
    assertEquals(parseAddress(formatAddress({ hostname, port }), FALLBACK), { hostname, port });
  }
});

for (const text of ["::1", "::1:9000", "fe80::1%eth0"]) {
  Deno.test(`"${text}" might end in a port: the error names brackets`, () => {
    const error = assertThrows(() => parseAddress(text, FALLBACK), Failure);
    assertEquals(error.exit, Exit.usage);
    assertEquals(
      error.message,
      `Cannot read the address "${text}": write IPv6 in brackets, as in [::1]:8000`,
    );
  });
}

Deno.test("unix: stands before the path of a socket, which counts as this machine's own", () => {
  for (const path of ["room", "/tmp/a b:80/[::1]", "./-"]) {
    const address = parseAddress(`unix:${path}`, FALLBACK);
    assertEquals(address, { path });
    assertEquals(formatAddress(address), `unix:${path}`);
    assertEquals(hostOf(address), "127.0.0.1");
  }
  assertThrows(() => parseAddress("unix:", FALLBACK), Failure);
});

Deno.test("host and port may be two words, IPv6 with or without brackets", () => {
  const at = (hostname: string, port: number) => ({ hostname, port });
  assertEquals(parseWords([], FALLBACK), FALLBACK);
  assertEquals(parseWords(["9000"], FALLBACK), at("127.0.0.1", 9000));
  assertEquals(parseWords(["host", "9000"], FALLBACK), at("host", 9000));
  assertEquals(parseWords(["10.0.0.5", "0"], FALLBACK), at("10.0.0.5", 0));
  assertEquals(parseWords(["::1", "9000"], FALLBACK), at("::1", 9000));
  assertEquals(parseWords(["[::1]", "9000"], FALLBACK), at("::1", 9000));
});

for (const port of ["x", "-1", "65536", "", "80:81", "1e3"]) {
  Deno.test(`a second word "${port}" is no port, and the error says so`, () => {
    const error = assertThrows(() => parseWords(["host", port], FALLBACK), Failure);
    assertEquals([error.exit, error.message], [
      Exit.usage,
      `Cannot use the argument "${port}": it is no port`,
    ]);
  });
}

for (const host of ["host:80", "8000", ":", "", "unix:path", "[::1]:80"]) {
  Deno.test(`behind "${host}" there is no second word`, () => {
    assertThrows(() => parseWords([host, "9000"], FALLBACK), Failure, `"${host} 9000"`);
  });
}
