/** `npm run bench -- duel`: how often invented judges with noise and bias name a winner, by the product's own rules. Writes its table into docs/reference/quality.md. */
import { readFileSync, writeFileSync } from "node:fs"
import { Effect } from "effect"
import { withPart } from "../../scripts/marked.ts"
import { CANARIES, canaryRows } from "./canaries.ts"
import { type Setting, simulate } from "./simulate.ts"

const DUELS = 10_000

const SETTINGS: ReadonlyArray<readonly [name: string, difference: number, fooled: number]> = [
  ["equal solutions", 0, 0],
  ["a is better by 10", 10, 0],
  ["a is better by 20", 20, 0],
  ["equal, one judge always says a", 0, 1]
]

const settings = SETTINGS.flatMap(([name, difference, fooled]) =>
  [1, 3, 5].flatMap((judges) =>
    [false, true].flatMap((bothOrders) =>
      [6, 12].map((margin): readonly [string, Setting] => [name, { judges, bothOrders, margin, difference, fooled }])
    )
  )
)

const percent = (part: number): string => `${(100 * part).toFixed(1)}%`

export const duel = Effect.gen(function* () {
  const rows = settings.map(([name, setting]) => ({ name, setting, tally: simulate(setting, DUELS) }))
  const canaries = yield* canaryRows
  const part = [
    `${DUELS} duels a row:`,
    "",
    "| solutions | judges | orders | margin | a wins | b wins | draw | judges that flip | effective votes |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows.map(({ name, setting: { judges, bothOrders, margin }, tally: { a, b, draw, flipped, effectiveVotes } }) =>
      [
        "",
        name,
        judges,
        bothOrders ? "both" : "one",
        margin,
        ...[a, b, draw].map((count) => percent(count / DUELS)),
        bothOrders ? percent(flipped) : "",
        (effectiveVotes / 1_000).toFixed(1),
        ""
      ]
        .join(" | ")
        .trim()
    ),
    "",
    `${CANARIES} canaries, asked of the stand-in's models:`,
    "",
    "| model | answered | fell | dropped at 20% |",
    "|---|---|---|---|",
    ...canaries.map(
      ({ judge, asked, fell, dropped }) => `| ${judge} | ${asked} | ${percent(fell / Math.max(1, asked))} | ${dropped ? "yes" : "no"} |`
    )
  ].join("\n")
  process.stderr.write(`${part}\n`)
  const path = "docs/reference/quality.md"
  writeFileSync(path, withPart(readFileSync(path, "utf8"), "duels", part, "npm run bench -- duel"))
  const of = (judges: number, difference: number, bothOrders: boolean, margin: number) => {
    const found = rows.find(
      ({ setting }) =>
        setting.judges === judges &&
        setting.difference === difference &&
        setting.bothOrders === bothOrders &&
        setting.margin === margin &&
        setting.fooled === 0
    )
    return found === undefined ? Number.NaN : Math.round((1_000 * (found.tally.a + (difference === 0 ? found.tally.b : 0))) / DUELS) / 10
  }
  return {
    equalWinnerPercentOneOrder6: of(3, 0, false, 6),
    equalWinnerPercentBothOrders6: of(3, 0, true, 6),
    equalWinnerPercentBothOrders12: of(3, 0, true, 12),
    twentyFoundPercentBothOrders12: of(3, 20, true, 12)
  }
})
