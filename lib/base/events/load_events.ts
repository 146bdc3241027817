import type { EventTable, Fields } from "./shape.ts";

const FAULT = {
  client: ["integer", "the client that noticed it"],
  "message?": ["integer", "the message that it is about, where that can be told"],
  "from?": ["integer", "the client that sent it, where that is another"],
  "expected?": ["string", "what should have come"],
  came: ["string", "what came"],
} as const satisfies Fields;

/** What `bench` tells. */
export const LOAD_EVENTS = {
  result: {
    about: "`bench`: what was measured.",
    fields: {
      target: ["string", "where the server is"],
      dialect: ["string", "how it speaks"],
      expect: ["string", "what was expected of its answers"],
      size: ["integer", "bytes of a message"],
      pipeline: ["integer", "messages that each client had on their way"],
      "rate?": ["number", "messages a second, if they left by the clock"],
      interrupted: ["boolean", "whether it was cut short"],
      clients: [{
        asked: ["integer", "how many were to be connected"],
        connected: ["integer", "how many were"],
        unconnected: [{ map: "integer" }, "how many could not be, by reason"],
        disconnected: [{ map: "integer" }, "how many were lost, by reason"],
      }, "clients"],
      seconds: ["number", "from the first message to the last answer"],
      messages: [{
        sent: ["integer", "how many were sent, or were due"],
        answered: [
          "integer",
          "how many answers came; with broadcast, how often they were delivered",
        ],
        answersEach: ["integer", "how many answers each should have"],
      }, "messages"],
      bytes: [{
        sent: ["integer", "to the server"],
        received: ["integer", "from it"],
      }, "bytes on the wire"],
      perSecond: [{
        answers: ["number", "answers"],
        bytesSent: ["number", "bytes to the server"],
        bytesReceived: ["number", "bytes from it"],
      }, "the same in a second"],
      "latencyMs?": [{
        p50: ["number", "half of the answers took no longer"],
        p90: ["number", "90 % took no longer"],
        p99: ["number", "99 % took no longer"],
        "p99.9": ["number", "99.9 % took no longer"],
        max: ["number", "the longest"],
        mean: ["number", "the mean"],
      }, "milliseconds to an answer; missing when there was none"],
      "ownDelayMs?": [{
        p50: ["number", "half of the messages left no later"],
        p99: ["number", "99 % left no later"],
        max: ["number", "the latest"],
      }, "at a rate: milliseconds by which messages left later than due"],
      distribution: [{
        list: {
          toMs: ["number", "milliseconds to an answer, at most"],
          count: ["integer", "how many took so long, and longer than the row before"],
        },
      }, "latencies, as the report draws them"],
      faults: [{
        map: {
          count: ["integer", "how many"],
          "first?": [FAULT, "the first of them"],
        },
      }, "what went wrong, by kind"],
    },
  },
} as const satisfies EventTable;
