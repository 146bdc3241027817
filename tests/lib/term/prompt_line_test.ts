import { assertEquals } from "@std/assert";
import { safeText } from "../../../lib/base/safe_text.ts";
import { PromptLine } from "../../../lib/term/prompt_line.ts";

const COLUMNS = 10;

/** What is written to standard error meanwhile. */
function drawn(act: () => void): string {
  const { writeSync } = Deno.stderr;
  let text = "";
  Deno.stderr.writeSync = (bytes) => {
    text += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  try {
    act();
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  return text;
}

Deno.test("a line that is taken off the screen twice, or drawn after that, takes nothing above it away", () => {
  const measure = (text: string) => ({
    rows: Math.floor(text.length / COLUMNS),
    cols: text.length % COLUMNS,
  });
  drawn(() => {
    using line = new PromptLine(safeText("> "), measure, () => COLUMNS);
    line.update("of two rows", 11);
    const up = "\x1b[1A", clear = "\r\x1b[K\x1b[C\x1b[J\r", shown = "> of two rows";
    assertEquals(drawn(() => line.hide()), up + clear);
    assertEquals(drawn(() => line.hide()), clear);
    assertEquals(drawn(() => line.redraw()), clear + shown);
    assertEquals(drawn(() => line.redraw()), up + clear + shown);
  });
});

Deno.test("word of a width at which a line was drawn already leaves it as it is", () => {
  let columns = COLUMNS;
  const measure = (text: string) => ({
    rows: Math.floor(text.length / columns),
    cols: text.length % columns,
  });
  drawn(() => {
    using line = new PromptLine(safeText("> "), measure, () => columns);
    line.update("of two rows", 11);
    assertEquals(drawn(() => line.resized()), "");
    columns = 20;
    assertEquals(drawn(() => line.resized()), "\r\x1b[K\x1b[C\x1b[J\r> of two rows");
    assertEquals(drawn(() => line.resized()), "");
  });
});
