import { Exit, Failure } from "../base/errors.ts";

/** Where to listen or to connect. */
export interface Address {
  /** A host name or an IP address, without brackets. */
  hostname: string;
  /** 0 to 65535; 0 lets the system choose when listening. */
  port: number;
}

const FORMS = "addresses look like 8000, :8000, host:8000 or [::1]:8000";

/**
 * Reads `host:port`, `port`, `:port` or `host`, filling in what is missing from `fallback`. A bare
 * number is a port; `:port` stands for `anyHost`, which is all interfaces unless one connects.
 *
 * @throws {Failure} with the usage exit code when the text is no address.
 */
export function parseAddress(text: string, fallback: Address, anyHost = "0.0.0.0"): Address {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text.trim());
  if (!match) throw badAddress(text);
  const [, bracketed, plain, port] = match;
  const host = bracketed ?? plain;
  if (port === undefined) {
    if (/^\d+$/.test(host)) return { ...fallback, port: parsePort(text, host) };
    if (host === "") throw badAddress(text);
    return { ...fallback, hostname: host };
  }
  return { hostname: host === "" ? anyHost : host, port: parsePort(text, port) };
}

/** The address as people write it, with brackets around IPv6. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function parsePort(text: string, port: string): number {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65535) throw badAddress(text);
  return number;
}

function badAddress(text: string): Failure {
  return new Failure(`Cannot read the address "${text}": ${FORMS}`, Exit.usage);
}
