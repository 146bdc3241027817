import type { EventTable } from "./shape.ts";

/** What `connect` tells: a conversation, and the steps of a script. */
export const CLIENT_EVENTS = {
  connected: {
    about: "A server has been reached, and has taken us in where its dialect has that.",
    fields: {
      address: ["string", "where it is"],
      dialect: ["string", "how it speaks: `native`, `text`, `raw` or `json`"],
      "name?": ["string", "our name there, as far as there is one"],
      "mode?": ["string", "what it does with messages, where it says so"],
      "features?": [{ list: "string" }, "what else it can do, where it says so"],
      "motd?": ["string", "the greeting that it has for everybody"],
    },
  },
  message: {
    about: "Somebody has said something: to us, or in `serve` to the server.",
    fields: {
      "from?": ["string", "who; missing over text and raw, which do not tell"],
      text: ["string", "what, over text a line, over raw what has come at once"],
      "base64?": ["string", "the same as bytes, if they are no UTF-8"],
      "sent?": ["number", "seconds since 1970 by the sender's clock, where the dialect has that"],
      "origin?": ["string", "in `serve`: where the sender is"],
      "number?": ["integer", "in `serve`: which client it is, as in `joined`"],
    },
  },
  private: {
    about: "Somebody has said something to us alone.",
    fields: {
      "from?": ["string", "who"],
      text: ["string", "what"],
    },
  },
  notice: {
    about: "Something has happened in the room, in words.",
    fields: { text: ["string", "what: `Ada joined`"] },
  },
  reply: {
    about: "The server's answer to a message or a command.",
    fields: {
      text: ["string", "one line or more"],
      "name?": ["string", "our name from here on, if that was changed"],
    },
  },
  error: {
    about: "What we asked for cannot be done; the conversation goes on.",
    fields: { text: ["string", "why"] },
  },
  offer: {
    about: "Somebody has a file for us; `/accept ID` and `/decline ID` answer.",
    fields: {
      id: ["integer", "its number"],
      from: ["string", "who has it"],
      name: ["string", "the file's name"],
      size: ["integer", "its bytes"],
    },
  },
  offered: {
    about: "A file of ours was offered.",
    fields: { to: [{ list: "string" }, "to whom"] },
  },
  bye: {
    about: "The server ends the conversation, and says why.",
    fields: {
      code: ["string", "`shutdown`, `kicked`, `idle` or `protocol`"],
      reason: ["string", "in words"],
    },
  },
  closed: {
    about: "The server has closed the connection.",
    fields: {},
  },
  retry: {
    about: "A server cannot be reached; it is tried again.",
    fields: {
      attempt: ["integer", "which attempt has failed, from 1"],
      "of?": ["integer", "how many there are to be"],
      delay: ["number", "seconds until the next"],
      reason: ["string", "why it has failed"],
    },
  },
  lost: {
    about: "The connection is lost, and is to be made again.",
    fields: { reason: ["string", "why"] },
  },
  reconnected: {
    about: "There is a connection again.",
    fields: {
      address: ["string", "where the server is"],
      "name?": ["string", "our name there, as far as there is one"],
    },
  },
  matched: {
    about: "What a step expected has come.",
    fields: {
      step: ["integer", "which step, from 1"],
      pattern: ["string", "what was expected"],
      text: ["string", "what has matched"],
    },
  },
  saved: {
    about: "A step has kept what has come under a name.",
    fields: {
      name: ["string", "the name"],
      value: ["string", "what was kept"],
    },
  },
} as const satisfies EventTable;
