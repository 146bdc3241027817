/**
 * Echo and chat as tables: the same text goes to the terminal and into bench/README.md.
 *
 * @module
 */

import { median, type Sample } from "./measure.ts";
import type { MemorySample } from "./memory.ts";
import { table, thousands } from "./page.ts";

/** One work done by several peers; labwire is the first of them. */
export interface WorkResult {
  readonly work: string;
  /** The unit of the figures, for example "messages". */
  readonly unit: string;
  readonly peers: readonly PeerResult[];
}

export interface PeerResult {
  readonly peer: string;
  readonly samples: readonly Sample[];
  /** How many times this peer's figure labwire must reach. */
  readonly target?: number;
}

export interface MemoryResult {
  readonly peer: string;
  readonly samples: readonly MemorySample[];
}

export function speedTable(results: readonly WorkResult[]): string {
  const rows = results.flatMap((result) =>
    result.peers.map((peer, i) => [
      i === 0 ? `${result.work}, ${result.unit}` : "",
      peer.peer,
      thousands(perSecond(peer)),
      range(peer),
      cores(peer),
      i === 0 ? "" : `${ratio(result, peer).toFixed(2)}x`,
      peer.target === undefined ? "" : `${peer.target}x, ${met(result, peer) ? "met" : "missed"}`,
    ])
  );
  return table(
    [
      ["work", "server", "per second", "lowest to highest", "cores: server, load"],
      ["labwire's ratio", "target"],
    ].flat(),
    rows,
  );
}

/** A sentence for each target that was not reached. */
export function missedTargets(results: readonly WorkResult[]): string[] {
  return results.flatMap((result) =>
    result.peers.filter((peer) => !met(result, peer)).map((peer) =>
      `${result.work}: ${ratio(result, peer).toFixed(2)}x of ${peer.peer}, target ${peer.target}x`
    )
  );
}

export function memoryTable(results: readonly MemoryResult[], idleClients: number): string {
  const rows = results.map(({ peer, samples }) => {
    const empty = median(samples.map((sample) => sample.emptyKiB));
    const full = median(samples.map((sample) => sample.fullKiB));
    const each = median(samples.map((sample) => (sample.fullKiB - sample.emptyKiB) / idleClients));
    return [peer, thousands(empty), thousands(full), each.toFixed(1)];
  });
  return table(
    ["server", "no client, KiB", `${thousands(idleClients)} idle clients, KiB`, "each client, KiB"],
    rows,
  );
}

/** The section of bench/README.md. */
export function section(writtenBy: string, method: string, tables: [string, string]): string {
  const [speed, memory] = tables;
  return `## Echo and chat

${writtenBy}

### Speed

${speed}
### Memory

${memory}
### Method

${method}
`;
}

function perSecond(peer: PeerResult): number {
  return median(peer.samples.map((sample) => sample.perSecond));
}

function ratio(result: WorkResult, peer: PeerResult): number {
  return perSecond(result.peers[0]) / perSecond(peer);
}

function met(result: WorkResult, peer: PeerResult): boolean {
  return peer.target === undefined || ratio(result, peer) >= peer.target;
}

function range(peer: PeerResult): string {
  const figures = peer.samples.map((sample) => sample.perSecond);
  return `${thousands(Math.min(...figures))} to ${thousands(Math.max(...figures))}`;
}

function cores(peer: PeerResult): string {
  const server = median(peer.samples.map((sample) => sample.serverCores));
  const load = median(peer.samples.map((sample) => sample.loadCores));
  return `${server.toFixed(2)}, ${load.toFixed(2)}`;
}
