/** What was noticed: figures for conformance/mutants.md, and the changes that nothing noticed for the terminal. */
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { Array as Arr } from "effect"
import { sourceOf, whyEquivalent } from "./equivalent.ts"
import type { Mutant } from "./instrumented.ts"

const document = resolve(import.meta.dirname, "../../conformance/mutants.md")
const share = (some: number, of: number): string => `${((100 * some) / of).toFixed(1)} %`
const folderOf = ({ file }: Mutant): string => /^src\/(?:rules\/\w+(?:\/fromGitHub)?|elo)/.exec(file)?.[0] ?? ""

const rowOf = (name: string, of: ReadonlyArray<Mutant>, noticed: ReadonlySet<string>): string => {
  const some = of.filter(({ id }) => noticed.has(id)).length
  const same = of.filter((one) => !noticed.has(one.id) && whyEquivalent(one) !== undefined).length
  return `| ${name} | ${of.length} | ${some} | ${same} | ${share(some, of.length - same)} |`
}

/** Prints each change that nothing noticed, and replaces the table below a heading of conformance/mutants.md, or adds both. */
export const report = (heading: string, mutants: ReadonlyArray<Mutant>, noticed: ReadonlySet<string>): void => {
  for (const one of mutants)
    if (!noticed.has(one.id) && whyEquivalent(one) === undefined)
      console.log(`${one.file}:${one.line} ${one.replacement.replaceAll(/\s+/g, " ").slice(0, 80)}   in   ${sourceOf(one).slice(0, 100)}`)
  const rows = Object.entries(Arr.groupBy(mutants, folderOf)).map(([folder, of]) => rowOf(folder, of, noticed))
  const table = [
    "| folder | changes | noticed | change no outcome | share of the others |",
    "|---|---|---|---|---|",
    ...rows,
    rowOf("all", mutants, noticed)
  ]
  const read = readFileSync(document, "utf8")
  const written = read.includes(`\n## ${heading}\n`) ? read : `${read}\n## ${heading}\n\n| |\n`
  const [before = "", after = ""] = written.split(new RegExp(`(?<=\n## ${heading}\n[^|]*)(?:\\|.*\n)+`))
  writeFileSync(document, `${before}${table.join("\n")}\n${after}`)
}
