/** Seals each batch that it is given, as a connection under `--secret` does, and gives the record back. */
import { chaCha20Poly1305 } from "../lib/wire/ciphers/chacha20_poly1305.ts";

const scope = globalThis as unknown as Worker; // the types here are those of a page

const cipher = chaCha20Poly1305({
  key: new Uint8Array(32),
  context: new Uint8Array(32),
  role: "server",
});

scope.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
  const record = cipher.seal(data) as Uint8Array<ArrayBuffer>;
  scope.postMessage(record, [record.buffer]);
};
