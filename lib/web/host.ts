/**
 * Against DNS rebinding: a page elsewhere that has made its own name point to this machine, so that a
 * browser here reads files for it.
 *
 * @module
 */

/**
 * Whether a request may be answered, by its `Host` and where it comes from: from this machine only
 * under an address, a name without a dot or below `localhost`, which no stranger can own. Who comes
 * over the network could ask without a browser just as well.
 */
export function isOwnHost(host: string | null, peer: string): boolean {
  if (host === null || !/^(127\.|\[::1\]|\[::ffff:127\.)/.test(peer)) return true;
  const name = host.replace(/:\d*$/, "").toLowerCase();
  return !name.includes(".") || name.startsWith("[") || /^\d+(\.\d+){3}$/.test(name) ||
    name.endsWith(".localhost");
}
