import { assertEquals } from "@std/assert";
import { formatBytes } from "../../../lib/base/size.ts";

Deno.test("a size is written in the largest unit that it fills", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [102_400, "100 KiB"],
    [1024 ** 2, "1.0 MiB"],
    [5.25 * 1024 ** 3, "5.3 GiB"],
    [1024 ** 4, "1.0 TiB"],
    [5000 * 1024 ** 4, "5000 TiB"],
  ];
  for (const [bytes, text] of sizes) assertEquals(formatBytes(bytes), text);
});
