/** What comes of waiting for a peer: bytes, a silence, or its end. */
export type Arrival = "data" | "quiet" | "end";

/** What the read brings, or `"quiet"` after `ms`; a read that is ready by then gets one more turn. */
export async function raceQuiet(reading: Promise<Arrival>, ms: number): Promise<Arrival> {
  reading.catch(() => {}); // reported when it is awaited next
  const { promise, resolve } = Promise.withResolvers<Arrival>();
  const timer = setTimeout(() => setImmediate(resolve, "quiet"), ms);
  try {
    return await Promise.race([reading, promise]);
  } finally {
    clearTimeout(timer);
  }
}
