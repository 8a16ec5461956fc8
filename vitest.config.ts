import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import parts from "./.ci/parts.json" with { type: "json" }
import kinds from "./test/kinds.json" with { type: "json" }
import { WATCHDOG } from "./test/support/watchdog.ts"

/** The tests that CI plays at night, or when what they guard has changed: each part is a project of its own. */
const NIGHTLY = parts.flatMap(({ name, tests }) => (tests === undefined ? [] : [{ name, tests }]))

/** Each a project that `--project` can choose. The ones that take longest start first, so that no long file is left alone at the end. */
const KINDS: ReadonlyArray<string> = [...kinds.rest, "long", "measured", ...kinds.quick]

/** What takes much longer than the rest of its kind, the longest first. Those of the quick kinds are a project of their own, which `npm test` leaves out. */
const LONGEST: ReadonlyArray<string> = kinds.longest

const rank = ({ moduleId, project }: TestSpecification): number => {
  const longest = LONGEST.findIndex((path) => moduleId.includes(`/${path}`))
  return longest >= 0 ? longest : LONGEST.length + KINDS.findIndex((kind) => kind === project.name)
}

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/**
 * Three processes on two cores, because many tests wait for blocks. Each runs many files of a kind: loading the libraries and having the engine
 * optimise them anew for every file takes more processor time than most tests. As many at least as at most, because the pool of this version of
 * Vitest fails when it stops an idle process.
 */
const pool = { pool: "forks", poolOptions: { forks: { maxForks: 3, minForks: 3, isolate: false } } } as const

/** All of these start the program, so they wait for it to be built. */
const WITH_PROGRAM: ReadonlySet<string> = new Set(["process", ...NIGHTLY.map(({ name }) => name)])

const project = (name: string) => ({
  ...pool,
  name,
  // Bun reads TypeScript by itself, in half the time that Vite's transformer takes.
  server: { deps: { external: [/\.(?:tsx?|mjs)$/] } },
  setupFiles: ["test/support/lateRunner.ts", "test/support/ownMethods.ts", "test/support/seedOfProperties.ts"],
  testTimeout: WATCHDOG,
  hookTimeout: WATCHDOG,
  globalSetup: WITH_PROGRAM.has(name) ? ["test/support/buildProgram.ts"] : []
})

/**
 * What collects garbage before each measurement, which takes twenty times as long in a process that ran a hundred files: as a project of their own,
 * these files have new processes.
 */
const MEASURED = kinds.measured.map((folder) => `${folder}*.test.ts`)

/** The long tests of the quick kinds. */
const LONG = kinds.longest.filter((path) => kinds.quick.some((kind) => path.startsWith(`test/${kind}/`)))

const of = (name: string, include: ReadonlyArray<string>, exclude: ReadonlyArray<string> = []) => ({
  test: { ...project(name), include: [...include], exclude: [...exclude] }
})

export default defineConfig({
  test: {
    ...pool,
    sequence: { sequencer: LongestFirst },
    projects: [
      ...kinds.rest.map((kind) => of(kind, [`test/${kind}/**/*.test.ts`], [...MEASURED, ...NIGHTLY.flatMap(({ tests }) => tests)])),
      ...NIGHTLY.map(({ name, tests }) => of(name, tests)),
      of("long", LONG),
      of("measured", MEASURED),
      ...kinds.quick.map((kind) => of(kind, [`test/${kind}/**/*.test.ts`], [...LONG, ...MEASURED]))
    ]
  }
})
