/** Hashes each block that it is given and gives it back. */
import { hash } from "node:crypto";

const scope = globalThis as unknown as Worker; // the types here are those of a page

scope.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
  hash("sha256", data, "buffer");
  scope.postMessage(data, [data.buffer]);
};
