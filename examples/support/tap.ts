/** A relay that listens in: what crosses it can be shown. */
export interface Tap extends AsyncDisposable {
  /** Where clients connect instead of to the server. */
  readonly port: number;
  /** What clients sent, readable as far as it is ASCII; a new line for each piece that came. */
  sent: string;
  /** What the server sent, likewise. */
  received: string;
}

/** Listens on a free port and relays to `port` of this machine. */
export function tapTo(port: number): Tap {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Disposable[] = [];
  const tasks: Promise<unknown>[] = [];
  const tap: Tap = {
    port: listener.addr.port,
    sent: "",
    received: "",
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const each of open) each[Symbol.dispose]();
      await Promise.allSettled(tasks);
    },
  };
  const accept = async () => {
    for (;;) {
      const client = await listener.accept();
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      open.push(client, server);
      tasks.push(
        relay(client, server, (text) => tap.sent += `\n${text}`),
        relay(server, client, (text) => tap.received += `\n${text}`),
      );
    }
  };
  tasks.push(accept().catch(() => {})); // until the listener is closed
  return tap;
}

async function relay(from: Deno.Conn, to: Deno.Conn, saw: (text: string) => void): Promise<void> {
  const buffer = new Uint8Array(65536);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    const bytes = buffer.subarray(0, count);
    saw(
      Array.from(bytes, (byte) => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".").join(
        "",
      ),
    );
    for (let at = 0; at < count;) at += await to.write(bytes.subarray(at, count));
  }
  await to.closeWrite();
}
