/** Compares the committed grammars with the package's grammars that today's validators run. */
import { join } from "node:path"
import { grammars } from "../../src/layers/parsing/grammars.ts"
import { compiled } from "../../src/layers/parsing/treeSitter/compiled.ts"
import { type Counts, type Description, describe } from "./description.ts"

/** A side's figures in wasm/grammars/comparison.json. `kinds` and `fieldNames` are SHA-256 of the lists in JSON. */
export interface Figures {
  readonly counts: Counts
  readonly kinds: string
  readonly fieldNames: string
  readonly tables: string
}

export interface Comparison {
  readonly [grammar: string]: { readonly ours: Figures; readonly theirs: Figures }
}

const hash = (value: unknown): string => new Bun.CryptoHasher("sha256").update(JSON.stringify(value)).digest("hex")

export const figuresOf = ({ counts, kinds, fieldNames, tables }: Description): Figures => ({
  counts,
  kinds: hash(kinds),
  fieldNames: hash(fieldNames),
  tables
})

/** The descriptions of our grammars, from their modules. */
export const ours = async () =>
  Object.fromEntries(
    await Promise.all(Object.entries(grammars).map(async ([name, path]) => [name, describe(await compiled(path))] as const))
  )

const without = (some: ReadonlyArray<unknown>, others: ReadonlyArray<unknown>): string => {
  const known = new Set(others.map((one) => JSON.stringify(one)))
  return (
    some
      .filter((one) => !known.has(JSON.stringify(one)))
      .map((one) => JSON.stringify(one))
      .join(" ") || "none"
  )
}

/** A line for each difference between two descriptions of a grammar. */
export const differencesOf = (name: string, our: Description, their: Description): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const [count, value] of Object.entries(our.counts)) {
    const wanted = their.counts[count as keyof Counts]
    if (value !== wanted) lines.push(`${name}: ${count} ${value}, wanted ${wanted}`)
  }
  for (const part of ["kinds", "fieldNames"] as const)
    if (!Bun.deepEquals(our[part], their[part]))
      lines.push(`${name}: ${part} only here: ${without(our[part], their[part])}; only there: ${without(their[part], our[part])}`)
  if (lines.length === 0 && our.tables !== their.tables) lines.push(`${name}: the tables of states, actions and aliases are others`)
  return lines
}

/** Both sides of every grammar. `packages`: the folder with the Python packages. */
export const compare = async (packages: string) => {
  const descriptions = await ours()
  const questions = Object.entries(descriptions).map(
    ([name, { description, blocks }]) => [name, { counts: description.counts, blocks }] as const
  )
  const child = Bun.spawn(["python3", join(import.meta.dirname, "../../test/support/scoring/peer/languages.py"), packages], {
    stdin: new Blob([JSON.stringify(Object.fromEntries(questions))]),
    stdout: "pipe",
    stderr: "inherit"
  })
  const answers: Readonly<Record<string, Description>> = JSON.parse(await new Response(child.stdout).text())
  const comparison: Record<string, Comparison[string]> = {}
  const differences: Array<string> = []
  for (const [name, { description }] of Object.entries(descriptions)) {
    const their = answers[name]
    if (their === undefined) throw new Error(`the package says nothing of its grammar ${name}`)
    comparison[name] = { ours: figuresOf(description), theirs: figuresOf(their) }
    differences.push(...differencesOf(name, description, their))
  }
  return { comparison, differences }
}
