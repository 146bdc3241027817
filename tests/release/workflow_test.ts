import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml/parse";
import { FLAGS } from "../../release/compile.ts";
import { executableOf, TARGETS } from "../../release/targets.ts";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}

interface Job {
  permissions?: Record<string, string>;
  strategy?: { matrix: { include?: { target: string; os: string }[] } };
  steps: Step[];
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

async function jobsOf(name: string): Promise<Record<string, Job>> {
  return (parse(await read(`.github/workflows/${name}`)) as { jobs: Record<string, Job> }).jobs;
}

Deno.test("the workflows run tasks that exist, with the Deno that is pinned, and pinned actions", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  for (const file of ["ci.yml", "release.yml"]) {
    for (const [name, { steps }] of Object.entries(await jobsOf(file))) {
      assert(steps.some(({ run }) => run?.includes("deno task")), `${file}: ${name} does nothing`);
      for (const { uses, run, with: options } of steps) {
        assert(uses !== undefined || run !== undefined);
        if (uses !== undefined) assert(/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(uses), uses);
        if (uses?.startsWith("denoland/setup-deno")) {
          assertEquals(options?.["deno-version"], "2.9.6");
        }
        for (const [, task] of run?.matchAll(/deno task ([\w:]+)/g) ?? []) {
          assert(task in tasks, `no task ${task}`);
        }
      }
    }
  }
});

Deno.test("the release workflow builds each target, with provenance, and attaches all", async () => {
  const { executable, publish } = await jobsOf("release.yml");
  const built = executable.strategy!.matrix.include!;
  assertEquals(built.map(({ target }) => target), TARGETS.map(({ name }) => name));
  for (const { target, os } of built) {
    const system = { ubuntu: "linux", macos: "macos", windows: "windows" }[os.split("-")[0]];
    assertEquals(system, target.split("-")[0]); // each is tested on its own system
  }
  for (const { permissions, steps } of [executable, publish]) {
    assertEquals([permissions?.["id-token"], permissions?.attestations], ["write", "write"]);
    assert(steps.some(({ uses }) => uses?.startsWith("actions/attest-build-provenance@")));
  }
  const upload = executable.steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  for (const target of TARGETS) {
    const start = upload!.with!.path.replace("${{ matrix.target }}", target.name);
    assert(`dist/release/${executableOf(target)}`.startsWith(start.replace(/\*$/, "")));
  }
  assert(publish.steps.at(-1)!.run!.endsWith("dist/release/*"));
  assert((await read(".github/workflows/release.yml")).includes("has not been tried"));
});

Deno.test("executables have all permissions, and resolve modules as the source does", async () => {
  for (
    const flag of ["-A", "--no-config", "--import-map=deno.json", "--frozen", "--no-code-cache"]
  ) {
    assert(FLAGS.includes(flag), flag);
  }
  const { tasks } = JSON.parse(await read("deno.json"));
  const semiSpace = FLAGS.find((flag) => flag.startsWith("--v8-flags="))!;
  assert(tasks.labwire.command.includes(semiSpace));
});
