/** The kit with rules that can be changed while they run. The program's first argument is the file of changes that scripts/mutants.mjs writes. */
import { readFileSync } from "node:fs"
import { plugin } from "bun"

export interface Mutant {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly mutator: string
  readonly replacement: string
}

/** What the instrumented code reads and writes: https://stryker-mutator.io/docs/mutation-testing-elements/mutant-schemata */
interface Switches {
  readonly activeMutant: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: { readonly static: Readonly<Record<string, number>>; readonly perTest: Record<string, Readonly<Record<string, number>>> }
}

const [path = ""] = process.argv.slice(2)
const read: {
  readonly files: ReadonlyArray<{ readonly name: string; readonly content: string }>
  readonly mutants: ReadonlyArray<Mutant>
} = JSON.parse(readFileSync(path, "utf8"))
export const { mutants } = read
const contents = new Map(read.files.map(({ content, name }) => [name, content]))
plugin({
  name: "mutants",
  setup: (build) => {
    build.onLoad({ filter: /\/src\/(rules|elo)\/.*\.ts$/ }, ({ path }) => ({
      contents: contents.get(path) ?? readFileSync(path, "utf8"),
      loader: "ts"
    }))
  }
})

/** How often a case may ask which change is made, as it does at every place: a change may make a loop without end. */
const ENDLESS = 500_000

let active: string | undefined
let asked = 0
const switches: Switches = {
  get activeMutant() {
    if (active !== undefined && ++asked > ENDLESS) throw new Error("it does not end")
    return active
  }
}
Object.assign(globalThis, { __stryker__: switches })
export const { lineFiles, playable } = await import("../../test/support/conformance/kit.ts")

/** The changes that are made while the rules are loaded. */
export const atLoad: ReadonlySet<string> = new Set(Object.keys(switches.mutantCoverage?.static ?? {}))

/** The outcome of a case as a text, or that it threw. */
export const outcome = (play: () => string): string => {
  asked = 0
  try {
    return play()
  } catch (error) {
    return `threw ${error instanceof Error ? error.name : ""}`
  }
}

/** The kit's cases by rules that are loaded anew with a change, which is made from then on. */
export const loadedWith = async (id: string) => {
  for (const path of Object.keys(require.cache)) if (!path.includes("/node_modules/")) delete require.cache[path]
  asked = 0
  active = id
  const kit = await import("../../test/support/conformance/kit.ts")
  return kit.playable()
}

/** The outcome of a case with a change. */
export const outcomeWith = (id: string, play: () => string): string => {
  active = id
  const found = outcome(play)
  active = undefined
  return found
}

/** The outcome of a case without a change, and the changes whose place it reaches. */
export const reaching = (play: () => string): { readonly wanted: string; readonly reached: ReadonlyArray<string> } => {
  switches.currentTestId = "case"
  const wanted = outcome(play)
  switches.currentTestId = undefined
  const reached = Object.keys(switches.mutantCoverage?.perTest.case ?? {})
  delete switches.mutantCoverage?.perTest.case
  return { wanted, reached }
}
