import type { EventTable, Fields } from "./shape.ts";

const PERSON = {
  origin: ["string", "where it is, as `host:port`"],
  name: ["string", "its name"],
  number: ["integer", "which client it is, from 1"],
  "role?": ["string", "`instructor`, `student` or `guest`, if it has an account"],
} as const satisfies Fields;

const BY = {
  by: ["string", "who did it: `operator`, or the name of an account"],
} as const satisfies Fields;

const TIME = {
  "seconds?": ["number", "for how long; missing if for good"],
} as const satisfies Fields;

/** What servers tell, on standard output (`--json`) and in the audit log (`--audit`). */
export const SERVER_EVENTS = {
  listening: {
    about: "Clients can come.",
    fields: {
      address: ["string", "where, as a client names it"],
      "hostname?": ["string", "the host of it"],
      "port?": ["integer", "the port of it"],
      "path?": ["string", "the path of a Unix socket, instead"],
    },
  },
  refused: {
    about: "Somebody was not let in.",
    fields: {
      origin: ["string", "where it is, as `host:port`"],
      code: [
        "string",
        "`busy`, `denied`, `name`, `version`, `cipher`, `secret`, `login`, `protocol`",
      ],
      reason: ["string", "what it was told"],
    },
  },
  joined: { about: "Somebody has come, and said something.", fields: PERSON },
  renamed: {
    about: "Somebody has another name.",
    fields: { ...PERSON, before: ["string", "the name until then"] },
  },
  left: { about: "Somebody who had joined has gone.", fields: PERSON },
  put: {
    about: "A client has put a file into the folder.",
    fields: {
      "name?": ["string", "who, if it has said so"],
      file: ["string", "where the file stands"],
      bytes: ["integer", "bytes of it that travelled"],
    },
  },
  fetched: {
    about: "A client has been sent a file.",
    fields: {
      "name?": ["string", "who, if it has said so"],
      file: ["string", "what it asked for"],
    },
  },
  kicked: { about: "Somebody was sent away.", fields: { ...BY, name: ["string", "who"] } },
  banned: {
    about: "Somebody is kept out.",
    fields: {
      ...BY,
      who: ["string", "an account, or an address"],
      byName: ["boolean", "whether it is an account"],
      ...TIME,
    },
  },
  unbanned: {
    about: "Somebody may come in again.",
    fields: { ...BY, who: ["string", "an account, or an address"] },
  },
  muted: {
    about: "What somebody says is passed on no more.",
    fields: { ...BY, name: ["string", "who"], ...TIME },
  },
  unmuted: { about: "Somebody may speak again.", fields: { ...BY, name: ["string", "who"] } },
  locked: { about: "Nobody new is let in.", fields: BY },
  unlocked: { about: "People are let in again.", fields: BY },
  reloaded: {
    about: "Users and lists of addresses were read again.",
    fields: { outcome: ["string", "what came of it, in words"] },
  },
  stopped: {
    about: "The server has ended, and drained.",
    fields: { address: ["string", "where it listened"] },
  },
} as const satisfies EventTable;
