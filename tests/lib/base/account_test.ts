import { assertEquals } from "@std/assert";
import { may, ROLES } from "../../../lib/base/account.ts";

Deno.test("a role has the rights of its duties, and no more", () => {
  const rights = ROLES.map((role) =>
    (["moderate", "write", "speak"] as const).filter((right) => may({ name: "Ada", role }, right))
  );
  assertEquals(rights, [["moderate", "write", "speak"], ["write", "speak"], []]);
});

Deno.test("where there are no accounts everybody writes and speaks, and nobody moderates", () => {
  const rights = (["moderate", "write", "speak"] as const).map((right) => may(undefined, right));
  assertEquals(rights, [false, true, true]);
});
