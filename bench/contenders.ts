/**
 * Who moves a file in the benchmark: how each of them is started on both sides.
 *
 * @module
 */

import { beside, type Command, PYTHON } from "./process.ts";
import { LABWIRE } from "./peers.ts";

/** One way to move a file from a server to a client, or back. */
export interface Contender {
  readonly name: string;
  /** Listens on 127.0.0.1. */
  readonly server: (port: number) => Command;
  /** What is measured from start to exit. */
  readonly client: (port: number) => Command;
  /** The file that is there afterwards; it is not there before. */
  readonly result: string;
  /** How often the file is moved before it is measured, with the same server. */
  readonly warmUps?: number;
  /** The share of this contender's speed that labwire must reach. */
  readonly target?: number;
  /** A program without which it cannot take part. */
  readonly needs?: string;
}

/** Files in memory, each in a folder of its own. */
export interface Grounds {
  /** The folder of the large file. */
  readonly share: string;
  readonly file: string;
  /** A file of one byte, for what a process takes besides. */
  readonly smallFile: string;
  /** Where files are received. */
  readonly inbox: string;
}

/** Above any file here. */
const NO_LIMIT = ["--max-upload", "1000G", "--quota", "1000G"];

/** What the target of memory holds for. */
export const MOST_MIB = 150;

/** labwire's own first: the first of them is what the others are compared with. */
export function ownContenders({ share, file, smallFile, inbox }: Grounds): Contender[] {
  const server = (port: number) => ({ args: [...LABWIRE, "fileserver", share, on(port)] });
  const get = (name: string) => ({
    server,
    client: (port: number) => ({ args: [...LABWIRE, "get", on(port), name, "-q", "-o", inbox] }),
    result: `${inbox}/${name}`,
  });
  return [
    { name: "labwire get", ...get(baseName(file)), warmUps: 1 },
    { name: "labwire get, not hashed before", ...get(baseName(file)) },
    { name: "labwire get of 1 byte", ...get(baseName(smallFile)), warmUps: 1 },
    {
      name: "labwire put",
      server: (port) => ({
        args: [...LABWIRE, "fileserver", inbox, on(port), "--writable", ...NO_LIMIT],
      }),
      client: (port) => ({ args: [...LABWIRE, "put", on(port), file, "-q"] }),
      result: `${inbox}/${baseName(file)}`,
    },
    {
      name: "curl, labwire fileserver",
      server,
      client: (port) => curl(port, file, `${inbox}/received`),
      result: `${inbox}/received`,
      needs: "curl",
    },
  ];
}

/** The others, none of which verifies anything but `sha256sum`. */
export function otherContenders({ share, file, inbox }: Grounds): Contender[] {
  const result = `${inbox}/received`;
  const httpServer = (port: number) => ({
    args: [PYTHON, "-m", "http.server", `${port}`, "--bind", "127.0.0.1", "--directory", share],
  });
  return [
    {
      name: "curl, http.server",
      server: httpServer,
      client: (port) => curl(port, file, result),
      result,
      target: 0.8,
      needs: "curl",
    },
    {
      name: "curl, http.server, sha256sum",
      server: httpServer,
      client: (port) => {
        const { args } = curl(port, file, result);
        return { args: ["sh", "-c", 'f=$1; shift; "$@" && sha256sum "$f"', "sh", result, ...args] };
      },
      result,
      target: 2,
      needs: "curl",
    },
    {
      name: "ncat --send-only, --recv-only",
      server: (port) => ({
        args: ["ncat", "--send-only", "-l", "127.0.0.1", `${port}`],
        stdin: file,
      }),
      client: (port) => ({
        args: ["ncat", "--recv-only", "127.0.0.1", `${port}`],
        stdout: result,
      }),
      result,
      target: 1,
      needs: "ncat",
    },
    {
      name: "socat -u",
      server: (port) => ({
        args: ["socat", "-u", `OPEN:${file}`, `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`],
      }),
      client: (port) => ({ args: ["socat", "-u", `TCP:127.0.0.1:${port}`, `CREATE:${result}`] }),
      result,
      target: 1,
      needs: "socat",
    },
    {
      name: "nc (OpenBSD)",
      server: (port) => ({ args: ["nc.openbsd", "-N", "-l", "127.0.0.1", `${port}`], stdin: file }),
      client: (port) => ({ args: ["nc.openbsd", "-d", "127.0.0.1", `${port}`], stdout: result }),
      result,
      needs: "nc.openbsd",
    },
    {
      name: "Python sendfile, recv_into",
      server: (port) => ({ args: [PYTHON, beside("sendfile_server.py"), `${port}`, file] }),
      client: (port) => ({ args: [PYTHON, beside("recv_into.py"), `${port}`], stdout: result }),
      result,
    },
  ];
}

function on(port: number): string {
  return `127.0.0.1:${port}`;
}

function curl(port: number, file: string, result: string): Command {
  return { args: ["curl", "-sSf", "-o", result, `http://${on(port)}/${baseName(file)}`] };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
