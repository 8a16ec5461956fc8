/** Lists by what each language of the roster counts. */
import { Effect, type Option } from "effect"
import * as Roster from "../../layers/chain/roster/Roster.ts"
import { print, table } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { hasGrammar } from "../../layers/parsing/grammars.ts"
import { type Counted, howCounted } from "../../rules/contributions/work/howCounted.ts"

interface LanguagesOptions {
  readonly roster: Option.Option<string>
  readonly json: boolean
}

interface Language extends Counted {
  readonly language: string
  readonly extensions: ReadonlyArray<string>
}

const keyOf = ({ by, findsTests, language, weight }: Language): string => [language, by, weight, findsTests].join(" ")

const languageLines = (all: ReadonlyArray<Language>): ReadonlyArray<string> => [
  ...table([
    ["language", "counts by", "weight", "tests in it", "extensions"],
    ...all.map(({ by, extensions, findsTests, language, weight }) => [
      language,
      by,
      weight === null ? "" : String(weight),
      findsTests ? "found" : "",
      extensions.join(" ")
    ])
  ]),
  "",
  ...paragraph(
    "nodes: of the syntax tree, each by its weight. words: 0.06 tokens for each new one, at most 1,500 a file. lines: of documents, configuration and data, as small work. scripts: as the language that they are. Tests count a twentieth, by their path or where they are found. Rosters that do not pay for work count by nodes and lines alone."
  )
]

export const run = (options: LanguagesOptions) =>
  Effect.gen(function* () {
    const { fileRules } = yield* Roster.Roster
    const found = new Map<string, Language>()
    for (const [extension, rule] of [...fileRules.languages].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      const language = { ...howCounted(extension, rule, hasGrammar), language: rule.language ?? extension, extensions: [extension] }
      const known = found.get(keyOf(language))
      found.set(keyOf(language), known === undefined ? language : { ...known, extensions: [...known.extensions, extension] })
    }
    const all = [...found.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    yield* print(options.json, all, languageLines)
  }).pipe(Effect.provide(Roster.layer(options.roster)))
