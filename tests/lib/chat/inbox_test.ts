import { assert, assertEquals } from "@std/assert";
import { MERGE_BYTES } from "../../../lib/base/limits.ts";
import { Inbox, type Sized } from "../../../lib/chat/inbox.ts";

function sizes(entries: Sized[] | null): number[] | undefined {
  return entries?.map(({ size }) => size);
}

Deno.test("entries are taken in order, all that fit in one write", async () => {
  const inbox = new Inbox<Sized>();
  const half = MERGE_BYTES / 2;
  for (const size of [1, half, half - 1, 1, 2]) inbox.offer({ size });
  assertEquals(inbox.bytes, MERGE_BYTES + 3);
  assertEquals(sizes(await inbox.take()), [1, half, half - 1]);
  assertEquals(inbox.bytes, MERGE_BYTES + 3, "taken is not delivered");
  inbox.delivered();
  assertEquals(inbox.bytes, 3);
  assertEquals(sizes(await inbox.take()), [1, 2]);
  inbox.delivered();
  assertEquals(inbox.bytes, 0);
});

Deno.test("an entry larger than a write is taken alone", async () => {
  const inbox = new Inbox<Sized>();
  for (const size of [MERGE_BYTES + 1, 1, 2 * MERGE_BYTES]) inbox.offer({ size });
  for (const expected of [[MERGE_BYTES + 1], [1], [2 * MERGE_BYTES]]) {
    assertEquals(sizes(await inbox.take()), expected);
    inbox.delivered();
  }
});

Deno.test("an entry of no size is taken with the others", async () => {
  const inbox = new Inbox<Sized>();
  for (const size of [0, 5, 0]) inbox.offer({ size });
  assertEquals(sizes(await inbox.take()), [0, 5, 0]);
});

Deno.test("taking waits for an entry", async () => {
  const inbox = new Inbox<Sized>();
  const taking = inbox.take();
  inbox.offer({ size: 7 });
  inbox.offer({ size: 8 });
  assertEquals(sizes(await taking), [7, 8]);
});

Deno.test("a closed inbox is taken to its end, and accepts no more", async () => {
  const inbox = new Inbox<Sized>();
  inbox.offer({ size: 1 });
  inbox.close();
  inbox.close();
  inbox.offer({ size: 2 });
  assertEquals(sizes(await inbox.take()), [1]);
  inbox.delivered();
  assertEquals([await inbox.take(), await inbox.take(), inbox.bytes], [null, null, 0]);
});

Deno.test("closing ends a take that waits", async () => {
  const inbox = new Inbox<Sized>();
  const taking = inbox.take();
  inbox.close();
  assertEquals(await taking, null);
});

Deno.test("clearing forgets what waits, but not what is being written", async () => {
  const inbox = new Inbox<Sized>();
  inbox.offer({ size: MERGE_BYTES });
  await inbox.take();
  inbox.offer({ size: 3 });
  inbox.clear();
  assertEquals(inbox.bytes, MERGE_BYTES);
  inbox.delivered();
  assertEquals(inbox.bytes, 0);
  const taking = inbox.take();
  inbox.offer({ size: 4 });
  assert((await taking)?.length === 1);
});
