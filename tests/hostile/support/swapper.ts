/**
 * A program that swaps what is real for a link as fast as it can, until it is killed:
 * `swapper.ts REAL LINK PLACE...`, three names each time: PLACE is now the one, now the other.
 *
 * @module
 */
const [...triples] = Deno.args;

function triple(at: number): [string, string, string] {
  return [triples[at], triples[at + 1], triples[at + 2]];
}

for (let first = true;; first = false) {
  for (let at = 0; at < triples.length; at += 3) {
    const [real, link, place] = triple(at);
    Deno.renameSync(real, place);
    Deno.renameSync(place, real);
    Deno.renameSync(link, place);
    Deno.renameSync(place, link);
  }
  // deno-lint-ignore no-console
  if (first) console.log("swapping");
}
