import { assertEquals } from "@std/assert";
import { MERGE_BYTES } from "../../../lib/base/limits.ts";
import { Inbox, type Sized } from "../../../lib/chat/inbox.ts";

function sizes(entries: Sized[] | undefined): number[] | undefined {
  return entries?.map(({ size }) => size);
}

Deno.test("entries are taken in order, all that fit in one write", () => {
  const inbox = new Inbox<Sized>();
  const half = MERGE_BYTES / 2;
  for (const size of [1, half, half - 1, 1, 2]) inbox.offer({ size });
  assertEquals(inbox.bytes, MERGE_BYTES + 3);
  assertEquals(sizes(inbox.take()), [1, half, half - 1]);
  assertEquals(inbox.bytes, MERGE_BYTES + 3, "taken is not delivered");
  inbox.delivered();
  assertEquals(inbox.bytes, 3);
  assertEquals(sizes(inbox.take()), [1, 2]);
  inbox.delivered();
  assertEquals(inbox.bytes, 0);
});

Deno.test("an entry larger than a write is taken alone", () => {
  const inbox = new Inbox<Sized>();
  for (const size of [MERGE_BYTES + 1, 1, 2 * MERGE_BYTES]) inbox.offer({ size });
  for (const expected of [[MERGE_BYTES + 1], [1], [2 * MERGE_BYTES]]) {
    assertEquals(sizes(inbox.take()), expected);
    inbox.delivered();
  }
});

Deno.test("an entry of no size is taken with the others", () => {
  const inbox = new Inbox<Sized>();
  for (const size of [0, 5, 0]) inbox.offer({ size });
  assertEquals(sizes(inbox.take()), [0, 5, 0]);
});

Deno.test("an inbox stirs with each entry, and as it is closed", () => {
  const inbox = new Inbox<Sized>();
  const seen: unknown[] = [];
  inbox.stirred = () => seen.push(inbox.isClosed || sizes(inbox.take()));
  inbox.offer({ size: 7 });
  inbox.offer({ size: 8 });
  inbox.close();
  assertEquals(seen, [[7], [8], true]);
});

Deno.test("a closed inbox is taken to its end, and accepts no more", () => {
  const inbox = new Inbox<Sized>();
  inbox.offer({ size: 1 });
  inbox.close();
  inbox.close();
  inbox.offer({ size: 2 });
  assertEquals(sizes(inbox.take()), [1]);
  inbox.delivered();
  assertEquals([inbox.take(), inbox.take(), inbox.bytes], [undefined, undefined, 0]);
});

Deno.test("clearing forgets what waits, but not what is being written", () => {
  const inbox = new Inbox<Sized>();
  inbox.offer({ size: MERGE_BYTES });
  inbox.take();
  inbox.offer({ size: 3 });
  inbox.clear();
  assertEquals(inbox.bytes, MERGE_BYTES);
  inbox.delivered();
  assertEquals(inbox.bytes, 0);
  assertEquals(inbox.take(), undefined);
  inbox.offer({ size: 4 });
  assertEquals(sizes(inbox.take()), [4]);
});
