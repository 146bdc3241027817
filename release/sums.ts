/**
 * `SHA256SUMS`, as `sha256sum` writes and checks it.
 *
 * @module
 */
import { createHash } from "node:crypto";

const SUMS = "SHA256SUMS";

/** Writes the sums of all files in a folder into it. */
export async function writeSums(folder: string): Promise<void> {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name !== SUMS).sort();
  const lines = await Promise.all(names.map(async (name) => {
    const hash = createHash("sha256");
    using file = await Deno.open(`${folder}/${name}`);
    for await (const chunk of file.readable) hash.update(chunk);
    return `${hash.digest("hex")}  ${name}\n`;
  }));
  await Deno.writeTextFile(`${folder}/${SUMS}`, lines.join(""));
}
