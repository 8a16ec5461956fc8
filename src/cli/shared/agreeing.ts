/** What a miner is asked before it enrols or skips. Every command and tool that sends one asks by this. */
import type { Effect } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import { alpha } from "../../layers/machine/terminal/output.ts"
import type { Agree } from "../../roles/miner/enrol.ts"
import { termsOf } from "../../story/enrolling.ts"

export interface Asked {
  readonly issue: number
  readonly question: string
  /** What is at stake, one a line; nothing where the miner only skips. */
  readonly terms: ReadonlyArray<string>
}

/** Asks once, by `ask`, which fails without consent. The words name no block: they stay the same as long as the issue and the terms do. */
export const agreeing =
  <E, R>(choice: Choice, ask: (asked: Asked) => Effect.Effect<void, E, R>): Agree<E, R> =>
  ({ bounty, id, number, repository }, enrolling) => {
    const what = `issue ${id} (${repository}#${number}, ${alpha(bounty)})`
    return choice === "skip"
      ? ask({ issue: id, question: `Tell the validators that you skip ${what}?`, terms: [] })
      : ask({ issue: id, question: `Enrol for ${what} on these terms?`, terms: termsOf(enrolling) })
  }
