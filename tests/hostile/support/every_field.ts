/**
 * One text in every field that a peer controls.
 *
 * @module
 */

/** What an attacker sends; each on a connection of its own. */
export interface EveryField {
  /** Control messages of who was welcomed. */
  messages: Record<string, unknown>[];
  /** First messages over native. */
  hellos: Record<string, unknown>[];
  /** Lines. */
  texts: string[];
  /** JSON messages. */
  objects: Record<string, unknown>[];
  /** Requests, as they stand. */
  requests: string[];
}

const COMMANDS = [
  "who",
  "status",
  "nick",
  "msg",
  "list",
  "get",
  "put",
  "send",
  "accept",
  "decline",
];

/** `bad` in every field, and in what `victim` is sent. */
export function everyField(bad: string, victim: string): EveryField {
  const id = 1, hash = bad, name = bad, text = bad, reason = bad, from = bad;
  const greeting = { type: "hello", version: 1, cipher: "none" };
  const encoded = encodeURIComponent(bad);
  const message = btoa(String.fromCharCode(...new TextEncoder().encode(bad)));
  return {
    messages: [
      { type: bad },
      { type: "chat", text, from },
      { type: "chat", text: `${bad}\n${bad}` },
      { type: "command", name, argument: bad },
      ...COMMANDS.map((name) => ({ type: "command", name, argument: `${bad} ${bad}`, id, hash })),
      { type: "command", name: "msg", argument: `${victim} ${bad}` },
      { type: "offer", id, name, size: 1, to: victim, from },
      { type: "offer", id, name: "a.txt", size: 1, to: bad },
      { type: "put", id, name, size: 1, exists: bad },
      { type: "file", id, name, size: 1, from: 0 },
      { type: "want", id, from: 0, hash },
      { type: "end", id, hash },
      { type: "saved", id, name },
      { type: "listing", id, entries: [{ name, modified: 0 }], more: false },
      { type: "offered", id, number: 1, to: [bad], reason },
      { type: "ticket", id, ticket: bad, peer: bad },
      { type: "error", text, id },
      { type: "notice", text },
      { type: "reply", text, name },
      { type: "welcome", version: 1, name, mode: bad, features: [bad], motd: bad },
      { type: "refused", code: bad, reason },
      { type: "bye", code: bad, reason },
      { type: "keys", salt: bad, random: bad },
    ],
    hellos: [
      { ...greeting, name },
      { ...greeting, cipher: bad },
      { ...greeting, random: bad },
      { ...greeting, purpose: bad },
      { ...greeting, purpose: "relay", ticket: bad },
      { ...greeting, purpose: "files", name, ticket: bad },
      { ...greeting, [bad]: bad },
      { type: bad },
    ],
    texts: [
      bad,
      `/${bad}`,
      ...COMMANDS.map((command) => `/${command} ${bad}`),
      `/msg ${victim} ${bad}`,
    ],
    objects: [
      { username: bad, timestamp: 1, message },
      { username: bad, timestamp: bad, message: bad },
      { username: "Eve", timestamp: 1, message: bad },
      { [bad]: bad },
      { username: "Eve", timestamp: 1, message, [bad]: bad },
    ],
    requests: [
      `GET /${bad} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      `GET /${encoded}?${encoded} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      `GET /${encoded}/ HTTP/1.1\r\nHost: localhost\r\nAccept: ${bad}\r\n\r\n`,
      `GET /a.txt HTTP/1.1\r\nHost: ${bad}\r\nRange: ${bad}\r\n${bad}: ${bad}\r\n\r\n`,
      `GET${bad} / HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ],
  };
}
