/**
 * What an address says about who is there.
 *
 * @module
 */

/** An address without what only says how it came: `::ffff:10.1.2.3` is `10.1.2.3`; no zone. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
}

/** Whether text is an address, of IPv4 or IPv6. */
export function isAddress(text: string): boolean {
  const plain = plainAddress(text);
  if (plain.includes(":")) return wordsOf(plain) !== undefined;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain) &&
    plain.split(".").every((part) => Number(part) < 256);
}

/**
 * The network that one party is taken to have: an IPv4 address, or 64 bits of an IPv6 one. What is
 * no address is its own party.
 */
export function partyOf(address: string): string {
  const plain = plainAddress(address);
  const words = plain.includes(":") ? wordsOf(plain) : undefined;
  return words ? `${words.slice(0, 4).join(":")}::/64` : plain;
}

/** The eight words of an IPv6 address in their shortest form; undefined if it is none. */
function wordsOf(plain: string): string[] | undefined {
  // A URL takes every form, a tail of IPv4 included.
  const url = /^[\da-f:.]+$/i.test(plain) ? URL.parse(`http://[${plain}]`) : null;
  if (!url) return undefined;
  const [head, tail] = url.hostname.slice(1, -1).split("::")
    .map((part) => part === "" ? [] : part.split(":"));
  return tail ? [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail] : head;
}

/** Whether an address is this machine's own loopback. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || plain.startsWith("127.");
}
