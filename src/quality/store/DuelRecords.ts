/** The duels of one contract's competitions for display, with the judges' answers and their costs. */
import { Array, Context, Effect, Layer } from "effect"
import type { IssueId } from "../../domain/Enrolment.ts"
import type { ArtefactDigest } from "../../domain/quality/Artefact.ts"
import { duelKey } from "../../domain/quality/DuelRecord.ts"
import type { JudgeCost } from "../../domain/quality/JudgeCost.ts"
import { MicroDollars } from "../../domain/quality/Panel.ts"
import type { IssueDuels } from "../../domain/quality/ShownDuel.ts"
import { type Duels, DuelTables } from "./DuelTables.ts"
import { type DuelCost, JudgeCalls } from "./JudgeCalls.ts"
import type { QualityUnavailable } from "./QualityRecords.ts"

export class DuelRecords extends Context.Tag("gittensor/DuelRecords")<
  DuelRecords,
  {
    readonly of: (issue: IssueId) => Effect.Effect<IssueDuels, QualityUnavailable>
    readonly unfinished: Duels["unfinished"]
    readonly stability: DuelTables["Type"]["stability"]
    /** When each issue's newest duel began or ended. */
    readonly changes: Duels["changes"]
    /** Digests of all files with questions and answers. */
    readonly artefacts: Effect.Effect<ReadonlySet<ArtefactDigest>, QualityUnavailable>
  }
>() {}

const sum = (lines: ReadonlyArray<JudgeCost>, of: (line: JudgeCost) => number): number => lines.reduce((total, line) => total + of(line), 0)

const costOf = (lines: ReadonlyArray<JudgeCost>): MicroDollars => MicroDollars.make(sum(lines, ({ cost }) => cost))

/** Sums costs by stage, judge and model. */
const sumCosts = (lines: ReadonlyArray<DuelCost>): ReadonlyArray<JudgeCost> =>
  Object.values(Array.groupBy(lines, ({ stage, judge, model }) => JSON.stringify([stage, judge, model]))).map((group) => {
    const [{ stage, judge, model }] = group
    return {
      stage,
      judge,
      model,
      calls: sum(group, ({ calls }) => calls),
      open: sum(group, ({ open }) => open),
      promptTokens: sum(group, ({ promptTokens }) => promptTokens),
      answerTokens: sum(group, ({ answerTokens }) => answerTokens),
      cost: costOf(group)
    }
  })

/** `contract`: its id in the tables. */
export const layer = (contract: string): Layer.Layer<DuelRecords, never, DuelTables | JudgeCalls> =>
  Layer.effect(
    DuelRecords,
    Effect.gen(function* () {
      const { duelsOf, stability } = yield* DuelTables
      const duels = duelsOf(contract)
      const calls = yield* JudgeCalls
      return DuelRecords.of({
        of: Effect.fn("DuelRecords.of")(function* (issue) {
          const found = yield* duels.of(issue)
          const costs = yield* calls.ofIssue(contract, issue)
          const held = yield* Effect.forEach(found, (duel) => {
            const key = duelKey(duel.pair)
            return Effect.map(duels.answers(duel.pair), (answers) => ({
              duel,
              answers,
              cost: costOf(costs.filter((one) => one.duel === key))
            }))
          })
          return { duels: held, costs: sumCosts(costs) }
        }),
        unfinished: duels.unfinished,
        stability,
        changes: duels.changes,
        artefacts: duels.artefacts
      })
    })
  )
