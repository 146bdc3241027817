/**
 * Both ends of TLS in one process, over loopback.
 *
 * @module
 */
import type { PeerSocket, Socket } from "../../lib/net/socket.ts";
import type { TlsIdentity } from "../../lib/net/tls_certificate.ts";
import { secureClient, type TlsClientOptions } from "../../lib/net/tls_client.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import { socketPair } from "./sockets.ts";

/** What came of a handshake on either side: a socket, null, or an error. */
export interface Met {
  client: Socket | Error;
  server: PeerSocket | Error | null;
}

/** A handshake over loopback between a client and a server as the options have it; closed by `close`. */
export async function shakeHands(
  identity: TlsIdentity,
  options: TlsClientOptions,
  clientCa?: string,
): Promise<Met & Disposable> {
  const [near, far] = await socketPair();
  const never = new AbortController().signal;
  const tls = new TlsServer({ identity, clientCa, signal: never });
  const caught = (error: Error) => error;
  const address = { hostname: "127.0.0.1", port: far.localAddr.port };
  const [client, server] = await Promise.all([
    secureClient(near, address, options).catch(caught),
    tls.secure(far).catch(caught),
  ]);
  return {
    client,
    server,
    [Symbol.dispose]: () => {
      for (const each of [client, server]) if (each && "close" in each) each.close();
      near[Symbol.dispose]();
      far[Symbol.dispose]();
    },
  };
}

/** The same where both sides must agree. */
export async function tlsPair(
  identity: TlsIdentity,
): Promise<{ client: Socket; server: Socket } & Disposable> {
  const met = await shakeHands(identity, { ca: identity.cert });
  const { client, server } = met;
  if (client instanceof Error) throw client;
  if (server instanceof Error) throw server;
  return { client, server: server!, [Symbol.dispose]: () => met[Symbol.dispose]() };
}
