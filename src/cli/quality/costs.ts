/** Shows the judges' costs. */
import { Clock, Duration, Effect, Option } from "effect"
import { dollarsText, MicroDollars } from "../../domain/quality/Panel.ts"
import { print, table } from "../../layers/machine/terminal/output.ts"
import { type CostLine, layer as callsLayer, dayOf, JudgeCalls } from "../../quality/store/JudgeCalls.ts"
import { inPlace, type WorkPlace } from "./place.ts"

interface Costs {
  readonly where: string
  /** In millionths of a dollar. `budget`: at the newest question; null before the first. */
  readonly today: {
    readonly day: string
    readonly spent: MicroDollars
    readonly budget: MicroDollars | null
    readonly left: MicroDollars | null
  }
  readonly lines: ReadonlyArray<CostLine>
  readonly total: MicroDollars
}

const calls = ({ calls, open }: CostLine): string => `${calls} ${calls === 1 ? "call" : "calls"}${open === 0 ? "" : `, ${open} open`}`

const costsInWords = ({ where, today, lines, total }: Costs): ReadonlyArray<string> => [
  where,
  ...table(
    lines.map((line) => [
      line.day,
      line.issue === 0 ? "" : `issue ${line.issue}`,
      line.stage,
      line.judge,
      line.model,
      calls(line),
      `${line.promptTokens} + ${line.answerTokens} tokens`,
      dollarsText(line.cost)
    ])
  ),
  lines.length === 0 ? "no judge was asked" : `${dollarsText(total)} in all`,
  today.budget === null || today.left === null
    ? `${today.day} (UTC): no budget is known before the first question`
    : `${today.day} (UTC): ${dollarsText(today.spent)} of ${dollarsText(today.budget)} spent, ${today.left === 0 ? "nothing" : dollarsText(today.left)} left`
]

export const costs = (given: WorkPlace & { readonly days: number }) =>
  inPlace(given)((where) =>
    Effect.gen(function* () {
      const records = yield* JudgeCalls
      const now = yield* Clock.currentTimeMillis
      const day = dayOf(now)
      const lines = yield* records.costs(dayOf(now - Duration.toMillis(Duration.days(given.days - 1))))
      const spent = yield* records.spentOn(day)
      const budget = Option.getOrNull(yield* records.lastBudget)
      const left = budget === null ? null : MicroDollars.make(Math.max(0, budget - spent))
      const total = MicroDollars.make(lines.reduce((sum, { cost }) => sum + cost, 0))
      const document: Costs = { where, today: { day, spent, budget, left }, lines, total }
      yield* print(given.json, document, costsInWords)
    }).pipe(Effect.provide(callsLayer))
  )
