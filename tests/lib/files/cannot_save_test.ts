import { assert, assertEquals } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { cannotSave } from "../../../lib/files/cannot_save.ts";

function lineOf(code: string): string {
  const cause = Object.assign(new Error("EWHATEVER: open '/secret/path'"), { code });
  const failure = cannotSave("a.txt", cause);
  assert(failure instanceof Failure);
  assertEquals([failure.exit, failure.cause], [Exit.failed, cause]);
  return failure.line;
}

Deno.test("why a file cannot be saved is told in words, and no path of this machine", () => {
  const words = {
    EEXIST: "it exists already (--overwrite replaces it, --rename numbers the new one)",
    EISDIR: "a folder of that name is there",
    EBUSY: "somebody else is sending it right now",
    EINVAL: "something else has the name of its part",
    ELOOP: "a link is in the way",
    ENOTDIR: "something that is no folder is in the way",
    ENOSPC: "the disk is full",
    EDQUOT: "the disk is full",
    ENAMETOOLONG: "its name is too long",
    EACCES: "the folder cannot be written",
    EROFS: "the folder cannot be written",
    EIO: "the system says EIO",
  };
  for (const [code, why] of Object.entries(words)) {
    assertEquals(lineOf(code), `Cannot save "a.txt": ${why}`);
  }
});

Deno.test("an error that is not the system's stays what it is", () => {
  for (const error of [new Error("x"), new Failure("Cannot save", Exit.failed), "text"]) {
    assert(cannotSave("a.txt", error) === error);
  }
});
