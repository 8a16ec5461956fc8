/** Texts for people use the word "match". The contract, the API and the code have `competition` and `game` in names, which stay. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { documents } from "../../support/documents.ts"
import { root, sources } from "../../support/sources.ts"

/** The words on their own: not in a name, a path or a field. */
const OTHER = /(?<![\w/.$#`-])(competitions?|games?)(?![\w/$#`=}-]|\.\w)/i

const read = (file: string) => readFileSync(join(root, file), "utf8")

/** Why the words may stay there. */
const KEPT: Readonly<Record<string, string>> = {
  "contracts/README.md: | competition": "names of the contract's messages",
  "ARCHITECTURE.md: | **match**": "the glossary says what the contract and ratings call a match",
  "docs/database.md: | competition |": "a column's name",
  "docs/database.md: | [competitions |": "a table's name",
  "docs/database.md: ## competitions": "a table's name",
  "lab/simulation/networkSeason.ts: randomOf(": "the seed of a draw; another word would draw differently",
  "lab/simulation/ratings/season.ts: const random": "the seed of a draw; another word would draw differently",
  "src/contract-client/generated.ts": "the contract's own words for its refusals; src/cli says what to do",
  "src/dashboard/api/queries": "SQL"
}

const isKept = (found: string): boolean => Object.keys(KEPT).some((start) => found.startsWith(start))

/** A document's lines without fenced code, code, URLs and diagrams. */
const proseOf = (file: string): ReadonlyArray<string> => {
  let isCode = false
  return read(file)
    .split("\n")
    .flatMap((line) => {
      if (/^\s*```/.test(line)) isCode = !isCode
      return isCode ? [] : [line.replace(/`[^`]*`|\]\([^)]*\)|https?:\/\/\S+/g, "")]
    })
}

/** Texts of several words in a source file, except SQL. A multi-line text counts line by line. */
const textsOf = (file: string): ReadonlyArray<{ readonly line: string; readonly text: string }> =>
  read(file)
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*|import )/.test(line))
    .flatMap((line) =>
      [...line.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g)].map(([text]) => ({
        line,
        text: text.replace(/\$\{[^}]*\}/g, "")
      }))
    )
    .filter(
      ({ text }) => /\S\s+\S/.test(text) && !/\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|JOIN|FROM|WHERE|VALUES|EXISTS|KEY)\b/.test(text)
    )

describe("a match", () => {
  it("is called so in the documents", () => {
    const others = documents.flatMap((file) => proseOf(file).flatMap((line) => (OTHER.test(line) ? [`${file}: ${line.trim()}`] : [])))
    assert.deepStrictEqual(
      others.filter((found) => !isKept(found)),
      []
    )
  })

  it("is called so in what commands, tools, pages and messages say", () => {
    const others = sources.flatMap((file) =>
      textsOf(file).flatMap(({ line, text }) => (OTHER.test(text) ? [`${file}: ${line.trim()}`] : []))
    )
    assert.deepStrictEqual(
      others.filter((found) => !isKept(found)),
      []
    )
  })
})
