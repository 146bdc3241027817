/** `labwire help dialects`. */
export const dialects = `Dialects: how one peer speaks

  native   length, kind and body; messages, files, names and ciphers: labwire with labwire
  text     a line is a message: nc, ncat, telnet, shell scripts
  raw      one write is one message, without an end: programs that call recv(1024)
  json     one JSON object after another: {"username", "timestamp", "message" in base64}

A server tells by the first bytes of each client how it speaks, and serves all on one port. What
begins with a frame's length is native, with {" json; a chunk that ends in a newline is text, and
one after which nothing follows for 20 ms is raw. --dialect on a server switches that off.

A client has to be told, since the other side may be anybody's program. Without --dialect it
speaks native, and says so when nobody answers:

  labwire connect 127.0.0.1:5000 --dialect raw

TCP knows no messages: two raw writes that arrive together are one. --pace keeps them apart.
docs/protocol.md has every byte.
`;
