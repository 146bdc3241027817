import type { Failure } from "../base/errors.ts";

/** What came of one file. */
export interface Outcome {
  /** As it was asked for. */
  path: string;
  /** Where it stands now. */
  name: string;
  /** Bytes of the whole file. */
  size: number;
  /** Bytes that travelled. */
  moved: number;
  /** Bytes that were hashed here. */
  hashed: number;
  /** Seconds from its first message to its last. */
  seconds: number;
  /** The hash on which both sides agree. */
  hash: string;
  /** Whether what was there of it was of no use, since the file has changed. */
  startedOver: boolean;
}

/** What is told while files travel. */
export interface Watcher {
  /** So many files are to come, of so many bytes if that is known. */
  expect?(files: number, bytes?: number): void;
  /** So many bytes of a file are there, of so many. */
  progress(path: string, bytes: number, size: number): void;
  /** A file is there. */
  done(outcome: Outcome): void;
  /** A file is not to be had; the others go on. */
  failed(path: string, why: Failure): void;
}

/** What a user is told when a part was of no use. */
export function startedOver({ path }: Outcome): string {
  return `${path} has changed since it was begun: started over`;
}
