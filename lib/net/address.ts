/**
 * Where to listen or to connect, as people write it.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";

/** A port of a host. */
export interface TcpAddress {
  /** A host name or an IP address, without brackets. */
  hostname: string;
  /** 0 to 65535; 0 lets the system choose when listening. */
  port: number;
}

/** A socket in the file system (Unix domain), of this machine alone. */
export interface UnixAddress {
  /** Its path. */
  path: string;
}

/** Where to listen or to connect. */
export type Address = TcpAddress | UnixAddress;

const FORMS = "addresses look like 8000, :8000, host:8000, [::1]:8000 or unix:PATH";

/**
 * Reads `host:port`, `port`, `:port`, `host` or `unix:PATH`, filling in what is missing from
 * `fallback`. A bare number is a port; `:port` stands for `anyHost`, which is all interfaces unless
 * one connects.
 *
 * @throws {Failure} with the usage exit code when the text is no address.
 */
export function parseAddress(text: string, fallback: TcpAddress, anyHost = "0.0.0.0"): Address {
  const path = /^unix:(.+)$/s.exec(text)?.[1];
  if (path !== undefined) return { path };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text.trim());
  if (!match) {
    // Behind the colons of a bare IPv6 address nobody can tell a port.
    const bare = isIPv6(text.trim());
    throw badAddress(text, bare ? "write IPv6 in brackets, as in [::1]:8000" : FORMS);
  }
  const [, bracketed, plain, port] = match;
  const host = bracketed ?? plain;
  if (port === undefined) {
    if (/^\d+$/.test(host)) return { ...fallback, port: parsePort(text, host) };
    if (host === "") throw badAddress(text);
    return { ...fallback, hostname: host };
  }
  return { hostname: host === "" ? anyHost : host, port: parsePort(text, port) };
}

/**
 * The same for the words that a command was given: none (`fallback` it is), an address, or host and
 * port as `nc` has them; of these the host may be IPv6 without brackets.
 *
 * @throws {Failure} with the usage exit code when the words are no address.
 */
export function parseWords(
  [host, port]: readonly (string | undefined)[],
  fallback: TcpAddress,
  anyHost?: string,
): Address {
  if (host === undefined) return { ...fallback };
  if (port === undefined) return parseAddress(host, fallback, anyHost);
  if (!/^\d+$/.test(port) || Number(port) > 65535) {
    throw new Failure(`Cannot use the argument "${port}": it is no port`, Exit.usage);
  }
  const hostname = isIPv6(host)
    ? host
    : /^(?:\[([^\]]+)\]|([^:[\]]+))$/.exec(host)?.slice(1).join("");
  if (hostname === undefined || /^\d+$/.test(hostname)) throw badAddress(`${host} ${port}`);
  return { hostname, port: Number(port) };
}

/** The address as people write it, with brackets around IPv6. */
export function formatAddress(address: Address): string {
  if ("path" in address) return `unix:${address.path}`;
  const { hostname, port } = address;
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/**
 * The host of an address, in what goes by hosts; a socket in the file system is as one of this
 * machine's own, which it is.
 */
export function hostOf(address: Address): string {
  return "path" in address ? "127.0.0.1" : address.hostname;
}

function isIPv6(text: string): boolean {
  return /:.*:/.test(text) && URL.canParse(`http://[${text.replace(/%.*$/, "")}]`);
}

function parsePort(text: string, port: string): number {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65535) throw badAddress(text);
  return number;
}

function badAddress(text: string, why = FORMS): Failure {
  return new Failure(`Cannot read the address "${text}": ${why}`, Exit.usage);
}
