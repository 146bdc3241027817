import { assert, assertEquals } from "@std/assert";
import { ClientOffers } from "../../../lib/chat/client_offers.ts";
import type { Offered } from "../../../lib/wire/file_message.ts";

function offered(id: number, number: number, to: string[]): Offered {
  return { type: "offered", id, number, to };
}

/** Whether all is settled once the microtasks have run. */
async function settledNow(offers: ClientOffers): Promise<boolean> {
  let settled = false;
  offers.settled().then(() => settled = true);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

Deno.test("nothing that was offered is settled", async () => {
  await new ClientOffers().settled();
});

Deno.test("an offer that nobody can have is settled once the room has said so", async () => {
  const offers = new ClientOffers();
  offers.asked();
  assert(!await settledNow(offers));
  const settled = offers.settled();
  offers.offered(offered(1, 0, []));
  await settled;
  assertEquals(offers.answered(0), undefined);
});

Deno.test("an offer is settled once everybody has answered, each under its number in the room", async () => {
  const offers = new ClientOffers();
  offers.asked();
  offers.asked();
  offers.offered(offered(1, 7, ["Ron", "Eve"]));
  offers.offered(offered(2, 9, ["Ron"]));
  assertEquals([offers.answered(7), offers.answered(9), offers.answered(1)], [1, 2, undefined]);
  assert(!await settledNow(offers));
  const settled = offers.settled();
  assertEquals(offers.answered(7), 1);
  await settled;
  assertEquals(offers.answered(7), undefined, "it has been answered by all");
});

Deno.test("the number of somebody else's offer is not ours", () => {
  assertEquals(new ClientOffers().answered(3), undefined);
});
