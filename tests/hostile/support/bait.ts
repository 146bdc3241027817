/**
 * A shared folder with links in it that lead out, and secrets beside it.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";

/** What every file that may be served begins with. */
export const PUBLIC = "PUBLIC";
/** What every other file holds. */
export const SECRET = "SECRET";

/** Every entry that a client may see, by folder. */
export const VISIBLE: Readonly<Record<string, readonly string[]>> = {
  "": ["inside.txt", "sub"],
  "sub": ["inner.txt"],
};

const FILES = {
  "secret.txt": SECRET,
  "victim/kept.txt": SECRET,
  "share/inside.txt": PUBLIC,
  "share/sub/inner.txt": PUBLIC,
  "share/.hidden": SECRET,
  "share/.git/config": SECRET,
  "share/sub/.hidden": SECRET,
  "share/.broken.txt.part": SECRET,
};

/** Dispose to remove all of it. */
export class Bait implements Disposable {
  /** Above the share; so far from the root that no generated name is up there, should it lead out. */
  readonly outer: string;
  /** The folder to share. */
  readonly share: string;
  readonly #top: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "lab-" }));
  readonly #before: Map<string, string>;

  /**
   * `toRoot`: the link `root` leads to `/`, for tests that only read. Else it leads no further than
   * the others: a share that failed its test would write there.
   */
  constructor({ toRoot = false } = {}) {
    this.outer = `${this.#top}/1/2/3/4/5/6/7/8`;
    this.share = `${this.outer}/share`;
    for (const [name, content] of Object.entries(FILES)) {
      const path = `${this.outer}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, `${content} ${name}`);
    }
    for (const folder of [this.share, `${this.share}/sub`]) {
      Deno.symlinkSync(toRoot ? "/" : this.outer, `${folder}/root`);
      Deno.symlinkSync(this.outer, `${folder}/link`);
      Deno.symlinkSync(`${this.outer}/victim`, `${folder}/victim`);
      Deno.symlinkSync(`${this.outer}/secret.txt`, `${folder}/link.txt`);
      Deno.symlinkSync(`${this.outer}/victim/new.txt`, `${folder}/secret.txt`);
    }
    this.#before = this.#guarded();
  }

  /**
   * Asserts that nothing outside the share has come, gone or changed, no link in it and no hidden
   * name either, and that what has come has plain names. `replaced`: files may stand where links
   * stood.
   */
  check({ replaced = false } = {}): void {
    const before = new Map(this.#before), now = this.#guarded();
    const share = this.share.slice(this.#top.length + 1);
    for (const path of replaced ? before.keys() : []) {
      const link = path.startsWith(`${share}/`) && before.get(path)!.startsWith("link");
      if (link && !now.has(path)) before.delete(path);
    }
    assertEquals(now, before);
    for (const path of entriesBelow(this.share).keys()) {
      if (before.has(`${share}/${path}`)) continue;
      for (const name of path.split("/")) {
        // deno-lint-ignore no-control-regex
        assertMatch(name, /^[^.\\:\0-\x1f][^\\:\0-\x1f]*$/, path);
        assertMatch(name, /[^. ]$/, path);
      }
    }
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.#top, { recursive: true });
  }

  /** All but the plain files and folders of the share. */
  #guarded(): Map<string, string> {
    const entries = entriesBelow(this.#top), share = this.share.slice(this.#top.length + 1);
    for (const [path, what] of entries) {
      const hidden = path.split("/").some((name) => name.startsWith("."));
      if (path.startsWith(`${share}/`) && !hidden && !what.startsWith("link")) entries.delete(path);
    }
    return entries;
  }
}

/** What is below a folder, by path; no link is followed. */
export function entriesBelow(root: string): Map<string, string> {
  const entries = new Map<string, string>();
  const look = (above: string) => {
    const found = [...Deno.readDirSync(`${root}/${above}`)].sort((a, b) =>
      a.name < b.name ? -1 : 1
    );
    for (const { name, isDirectory, isSymlink, isFile } of found) {
      const path = `${above}${name}`;
      if (isDirectory) {
        entries.set(path, "folder");
        look(`${path}/`);
      } else if (isSymlink) entries.set(path, `link to ${Deno.readLinkSync(`${root}/${path}`)}`);
      else if (isFile) entries.set(path, `file: ${Deno.readTextFileSync(`${root}/${path}`)}`);
      else entries.set(path, "something else");
    }
  };
  look("");
  return entries;
}
