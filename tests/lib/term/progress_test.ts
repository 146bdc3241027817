import { safe } from "../../../lib/base/safe_text.ts";
import { Progress } from "../../../lib/term/progress.ts";

Deno.test("progress can be told with a size and without, and be over twice", () => {
  const progress = new Progress(safe`a.txt`);
  progress.update(0);
  progress.update(10, 0);
  progress.update(10, 100);
  progress[Symbol.dispose]();
  progress[Symbol.dispose]();
});
