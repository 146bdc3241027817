import type { EventTable } from "./shape.ts";

/** What commands tell of files: `get`, `put`, `ls`, and `connect` where files travel beside words. */
export const FILE_EVENTS = {
  entry: {
    about: "`ls`: one entry of a folder.",
    fields: {
      name: ["string", "without folders"],
      "size?": ["integer", "bytes; missing on a folder"],
      modified: ["number", "when it was last changed, in seconds since 1970"],
      "executable?": ["boolean", "whether its owner may execute it"],
    },
  },
  file: {
    about: "A file is there, whole.",
    fields: {
      path: ["string", "as it was asked for"],
      name: ["string", "where it stands"],
      size: ["integer", "its bytes"],
      "fetched?": ["integer", "bytes of it that came just then, of one that we get"],
      "sent?": ["integer", "bytes of it that left just then, of one that we put"],
      "hashed?": ["integer", "bytes of it that were hashed here"],
      "seconds?": ["number", "from its first message to its last"],
      "hash?": [
        "string",
        "its hash (docs/protocol.md); missing where it is not verified: text, raw",
      ],
      "startedOver?": ["boolean", "whether it had changed since a part of it was kept"],
    },
  },
  failed: {
    about: "A file has not come.",
    fields: {
      path: ["string", "as it was asked for; empty where that is not known"],
      reason: ["string", "why"],
    },
  },
  sum: {
    about: "`get` and `put` with --sha256: what a file that is there was found to be.",
    fields: {
      name: ["string", "the file on this machine"],
      sha256: ["string", "64 hexadecimal digits, as sha256sum prints them"],
    },
  },
} as const satisfies EventTable;
