/** A relay that breaks its first connection once the server has sent so many bytes. */
export interface Breaker extends AsyncDisposable {
  /** Where clients connect instead of to the server. */
  readonly port: number;
}

/** Listens on a free port, and relays to `port` of this machine; the second connection is whole. */
export function breakAfter(port: number, bytes: number): Breaker {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Disposable[] = [];
  const tasks: Promise<unknown>[] = [];
  let left = bytes;
  const accept = async () => {
    for (;;) {
      const client = await listener.accept();
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      open.push(client, server);
      const budget = left;
      left = Infinity;
      const both = [relay(client, server, Infinity), relay(server, client, budget)];
      tasks.push(...both.map((task) => task.catch(() => {}))); // the other one may have closed it
    }
  };
  tasks.push(accept().catch(() => {})); // until the listener is closed
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const each of open) each[Symbol.dispose]();
      await Promise.allSettled(tasks);
    },
  };
}

async function relay(from: Deno.TcpConn, to: Deno.TcpConn, budget: number): Promise<void> {
  const buffer = new Uint8Array(65536);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    count = Math.min(count, budget);
    for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    budget -= count;
    if (budget > 0) continue;
    from[Symbol.dispose]();
    to[Symbol.dispose]();
    return;
  }
  await to.closeWrite();
}
