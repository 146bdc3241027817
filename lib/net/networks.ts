import { BlockList, isIP } from "node:net";
import { Exit, Failure } from "../base/errors.ts";
import { plainAddress } from "./party.ts";

/** A set of addresses and networks, such as `192.168.1.7, 10.0.0.0/8, fe80::/10`. */
export class Networks {
  readonly #list = new BlockList();
  /** As they were written. */
  readonly entries: readonly string[];

  /**
   * Reads a list, parted by commas, white space or lines; `#` begins a comment.
   *
   * @throws {Failure} with the usage exit code for what is no address and no network.
   */
  constructor(text: string) {
    const plain = text.replace(/#.*$/gm, "");
    this.entries = plain.split(/[\s,]+/).filter((entry) => entry !== "");
    for (const entry of this.entries) this.#add(entry);
  }

  /** Whether an address is in it; an IPv4 address counts the same when it is written as IPv6. */
  has(address: string): boolean {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 4 ? "ipv4" : "ipv6");
  }

  #add(entry: string): void {
    const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry);
    const address = plainAddress(match?.[1].replace(/^\[(.*)\]$/, "$1") ?? "");
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const prefix = match?.[2] === undefined ? bits : Number(match[2]);
    if (!match || version === 0 || prefix > bits) {
      throw new Failure(`Cannot read the network "${entry}"`, Exit.usage, {
        remedy: "they look like 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32",
      });
    }
    this.#list.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  }
}
