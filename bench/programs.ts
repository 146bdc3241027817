/**
 * The C programs of the benchmark, compiled into a folder of their own for the time of a run.
 *
 * @module
 */

const SOURCES = {
  epoll_echo: "peers/epoll_echo.c",
  reverse_lines: "peers/reverse_lines.c",
  echo_load: "load/echo_load.c",
  fanout_load: "load/fanout_load.c",
};

export type ProgramName = keyof typeof SOURCES;

/** How each is compiled; warnings are errors, so that none passes unseen. */
export const COMPILE = ["cc", "-O2", "-Wall", "-Wextra", "-Werror"];

/** The compiled programs; disposing of them removes them. */
export class Programs implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Compiles all, with options of the compiler beside {@linkcode COMPILE}. */
  static async compile(...more: string[]): Promise<Programs> {
    const programs = new Programs(await Deno.makeTempDir({ prefix: "labwire-bench-" }));
    try {
      for (const [name, source] of Object.entries(SOURCES)) {
        const [compiler, ...options] = COMPILE;
        const { success, stderr } = await new Deno.Command(compiler, {
          args: [...options, ...more, "-o", `${programs.#folder}/${name}`, source],
          cwd: new URL(".", import.meta.url),
        }).output();
        const said = new TextDecoder().decode(stderr);
        if (!success) throw new Error(`Cannot compile "${source}":\n${said}`);
      }
      return programs;
    } catch (error) {
      programs[Symbol.dispose]();
      throw error;
    }
  }

  path(name: ProgramName): string {
    return `${this.#folder}/${name}`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}
