import { WEB_CHUNK_BYTES } from "../base/limits.ts";
import { ProtocolError } from "../base/errors.ts";
import type { Source } from "../files/source.ts";
import type { Span } from "./range.ts";

/**
 * Bytes of a file as a stream that reads a piece when it is asked for one, and nothing ahead. The
 * file is closed with the stream: at its end, when it is cancelled, and when it breaks off since the
 * file has become shorter or was rewritten.
 */
export function bodyOf(
  source: Source,
  { start, end }: Span,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start;
  return new ReadableStream({
    async pull(controller) {
      try {
        if (at < end) {
          const chunk = new Uint8Array(Math.min(WEB_CHUNK_BYTES, end - at));
          await source.readAt(at, chunk);
          at += chunk.length;
          if (at === end && await source.changed()) {
            throw new ProtocolError("Cannot send the file: it was changed meanwhile");
          }
          controller.enqueue(chunk);
        } else {
          await source[Symbol.asyncDispose]();
          controller.close();
        }
      } catch (error) {
        await source[Symbol.asyncDispose]();
        throw error;
      }
    },
    async cancel() {
      await source[Symbol.asyncDispose]();
    },
  }, { highWaterMark: 0 });
}
