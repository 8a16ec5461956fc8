/** The table of languages in docs/reference/scoring.md: a row for each language of the roster. */
import rosterLanguages from "../../src/domain/roster/languages.json"
import { byGrammar, pairs } from "../../test/support/scoring/corpus/corpus.ts"
import comparison from "../../wasm/grammars/comparison.json"
import type { Comparison, Figures } from "./compare.ts"

const compared: Comparison = comparison

const number = (value: number): string => value.toLocaleString("en")

/** A figure of both sides, written once if they are equal. */
const both = (ours: number, theirs: number): string => (ours === theirs ? number(ours) : `**${number(ours)}**, there ${number(theirs)}`)

const verdict = (ours: Figures, theirs: Figures): string => {
  const parts = [
    ["node kinds", ours.kinds === theirs.kinds],
    ["fields", ours.fieldNames === theirs.fieldNames],
    ["tables", ours.tables === theirs.tables]
  ] as const
  const others = parts.flatMap(([name, isEqual]) => (isEqual ? [] : [name]))
  return others.length === 0 ? "equal" : `**other ${others.join(", ")}**`
}

const corpus = byGrammar(pairs())

/** How many pairs of real files are compared, and for how many of them the grammar finds no error. */
const realFiles = (language: string): string => {
  const some = corpus.get(language) ?? []
  return `${some.length}, ${some.filter(({ broken }) => !broken.includes(true)).length}`
}

const row = (language: string, extensions: ReadonlyArray<string>): string => {
  const sides = compared[language]
  const cells =
    sides === undefined
      ? ["none", "", "", "", "as the program: its grammar does not load there, so every file is a tree difference of nothing", ""]
      : [
          ...(["abi", "states", "symbols", "fields"] as const).map((count) => both(sides.ours.counts[count], sides.theirs.counts[count])),
          verdict(sides.ours, sides.theirs),
          realFiles(language)
        ]
  return `| ${[language, extensions.join(" "), ...cells].join(" | ")} |`
}

export const languagesTable = (): string => {
  const extensions = new Map<string, Array<string>>()
  for (const [extension, rule] of Object.entries(rosterLanguages))
    if ("language" in rule) extensions.set(rule.language, [...(extensions.get(rule.language) ?? []), extension])
  const rows = [...extensions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([language, found]) => row(language, found.sort()))
  return [
    "| language | extensions | ABI | states | symbols | fields | node kinds and tables |",
    "|---|---|---|---|---|---|---|",
    ...rows
  ].join("\n")
}
