/**
 * Loaded before a server (`--preload`): other processes may listen on its port, too, and the system
 * gives each new connection to one of them.
 *
 * @module
 */

const listen = Deno.listen;

Deno.listen =
  ((options: Deno.TcpListenOptions) =>
    listen({ ...options, reusePort: true })) as typeof Deno.listen;
