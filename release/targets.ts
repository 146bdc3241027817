/**
 * What a release is made for.
 *
 * @module
 */

/** A system that an executable runs on. */
export interface Target {
  /** As `--target` and the executable's name have it. */
  readonly name: string;
  /** As `deno compile --target` has it. */
  readonly triple: string;
  /** What the executable's first bytes say: the format and the processor. */
  readonly format: string;
}

/** All of them. */
export const TARGETS: readonly Target[] = [
  { name: "linux-x64", triple: "x86_64-unknown-linux-gnu", format: "ELF x64" },
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", format: "ELF arm64" },
  { name: "macos-x64", triple: "x86_64-apple-darwin", format: "Mach-O x64" },
  { name: "macos-arm64", triple: "aarch64-apple-darwin", format: "Mach-O arm64" },
  { name: "windows-x64", triple: "x86_64-pc-windows-msvc", format: "PE x64" },
];

/** The target of that name, or of the machine we are on (`x86_64-unknown-linux-gnu`). */
export function targetOf(nameOrTriple: string): Target | undefined {
  return TARGETS.find(({ name, triple }) => name === nameOrTriple || triple === nameOrTriple);
}

/** The name of a target's executable: `labwire-linux-x64`. */
export function executableOf({ name }: Target): string {
  return `labwire-${name}${name.startsWith("windows-") ? ".exe" : ""}`;
}

/**
 * The format of an executable by its first bytes (at least 1 KiB of them), `unknown` if it is no
 * executable of a kind above.
 */
export function formatOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === 0x7f454c46) { // e_machine (elf(5))
    return `ELF ${cpuOf(view.getUint16(18, true), 0x3e, 0xb7)}`;
  }
  if (view.getUint32(0, true) === 0xfeedfacf) { // cputype (mach-o/loader.h)
    return `Mach-O ${cpuOf(view.getUint32(4, true), 0x01000007, 0x0100000c)}`;
  }
  const header = view.getUint16(0) === 0x4d5a ? view.getUint32(0x3c, true) : Infinity;
  if (header + 6 <= bytes.length && view.getUint32(header) === 0x50450000) { // Machine (PE format)
    return `PE ${cpuOf(view.getUint16(header + 4, true), 0x8664, 0xaa64)}`;
  }
  return "unknown";
}

/** The format of a file. */
export async function formatAt(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(4096);
  await file.read(bytes);
  return formatOf(bytes);
}

function cpuOf(found: number, x64: number, arm64: number): string {
  return found === x64 ? "x64" : found === arm64 ? "arm64" : "of another processor";
}
