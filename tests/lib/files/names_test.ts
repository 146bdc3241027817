import { assert, assertEquals } from "@std/assert";
import {
  indexName,
  isPlainName,
  numbered,
  partName,
  partsOf,
  segmentsOf,
} from "../../../lib/files/names.ts";

const PLAIN = [
  "a",
  "a.txt",
  "b b.txt",
  "Zoë.txt",
  "Zoë.txt",
  "名前",
  "🎉",
  "-rf",
  "a..b",
  "~",
  "(2)",
  "'\"$`*?",
  " a",
];
const OTHER = [
  "",
  ".",
  "..",
  ".hidden",
  "...",
  "a/b",
  "/a",
  "a/",
  "a\\b",
  "C:a",
  "a.txt::$DATA",
  "a\0",
  "a.",
  "a ",
  "a\nb",
  "a\tb",
  "\x1b[2J",
  "\x7f",
  "\x9b",
  "\u202etxt.exe",
  "\u2066a",
  "\ufffd",
  "\ud800",
  "x".repeat(256),
  "é".repeat(128),
];

Deno.test("a plain name is one entry of a folder, shown as it is", () => {
  for (const name of PLAIN.filter((name) => Deno.build.os !== "windows" || !/["*?]/.test(name))) {
    assert(isPlainName(name), name);
  }
  for (const name of OTHER) assert(!isPlainName(name), JSON.stringify(name));
});

Deno.test("a name may have 255 bytes, whatever its characters", () => {
  assert(isPlainName("x".repeat(255)));
  assert(isPlainName("é".repeat(127) + "x"));
});

Deno.test("a path has parts when all of it is plain", () => {
  assertEquals(partsOf("a.txt"), ["a.txt"]);
  assertEquals(partsOf("sub/deep/b b.txt"), ["sub", "deep", "b b.txt"]);
  for (const path of ["", "/", "/a", "a/", "a//b", "./a", "a/../b", "a/.git/b", "a\\b/c"]) {
    assertEquals(partsOf(path), undefined, path);
  }
});

Deno.test("the segments of a path are its names, without empty ones and this folder", () => {
  const cases = { "/lab/./a.txt": ["lab", "a.txt"], "": [], "/": [], ".": [], "a//b/": ["a", "b"] };
  for (const [path, names] of Object.entries(cases)) assertEquals(segmentsOf(path), names);
  assertEquals(segmentsOf("../.x"), ["..", ".x"]);
});

Deno.test("a part is hidden, and its index stands beside it", () => {
  assertEquals(partName("a.txt"), ".a.txt.part");
  assertEquals(indexName(partName("a.txt")), ".a.txt.part.index");
});

Deno.test("the names of parts are told apart, and have room for an index, whatever the length", () => {
  const names = Array.from({ length: 255 }, (_, i) => "x".repeat(i + 1));
  names.push("é".repeat(121), "é".repeat(122), "é".repeat(127), "y".repeat(244), "y".repeat(255));
  const parts = names.map(partName);
  assertEquals(new Set(parts).size, names.length);
  for (const part of parts) {
    assert(new TextEncoder().encode(indexName(part)).length <= 255, part);
    assert(part.startsWith(".") && part.endsWith(".part"), part);
  }
  assertEquals(partName("x".repeat(243)), `.${"x".repeat(243)}.part`);
  assertEquals(partName("x".repeat(244)).length, 70);
});

Deno.test("a number stands before the ending of a name", () => {
  assertEquals(numbered("a.txt", 2), "a (2).txt");
  assertEquals(numbered("a.tar.gz", 10), "a.tar (10).gz");
  assertEquals(numbered("README", 2), "README (2)");
  assertEquals(numbered(".bashrc", 2), ".bashrc (2)");
});
