/** The confirmation before a miner enrols or skips, shared by all commands and tools. */
import type { Effect } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import { alpha } from "../../layers/machine/terminal/output.ts"
import type { Agree } from "../../roles/miner/enrol.ts"
import { termsOf } from "../../story/enrolling.ts"

export interface Asked {
  readonly issue: number
  readonly question: string
  /** The terms, one a line; empty for a skip. */
  readonly terms: ReadonlyArray<string>
}

/** Asks once through `ask`, which fails without consent. The question contains no block number, so it stays the same as long as issue, terms and the estimated time of a block do. */
export const agreeing =
  <E, R>(choice: Choice, ask: (asked: Asked) => Effect.Effect<void, E, R>): Agree<E, R> =>
  ({ bounty, id, number, repository }, enrolling) => {
    const what = `issue ${id} (${repository}#${number}, ${alpha(bounty)})`
    return choice === "skip"
      ? ask({ issue: id, question: `Tell the validators that you skip ${what}?`, terms: [] })
      : ask({ issue: id, question: `Enrol for ${what} on these terms?`, terms: termsOf(enrolling) })
  }
