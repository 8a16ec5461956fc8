/** What each strategy is paid, beside the same work landed once, by both sets of rules. */
import { Effect } from "effect"
import { strategies } from "./strategies.ts"
import { paidFor, type Rules } from "./world.ts"

export interface PlayedStrategy {
  readonly name: string
  /** What the attack is paid, as a multiple of what the honest work is. */
  readonly parity: number
  readonly work: number
  readonly residual: string | undefined
}

/** An attack that is paid more than this multiple is one that the rules leave. */
export const MOST_PAY_RATIO = 1.1

/** Plays every strategy. The same strategies are always paid the same. */
export const playAll = Effect.forEach(strategies, ({ attack, honest, name, residual }) =>
  Effect.gen(function* () {
    const ratio = (rules: Rules) => Effect.zipWith(paidFor(rules, attack), paidFor(rules, honest), (one, other) => one / other)
    const played: PlayedStrategy = { name, parity: yield* ratio("parity"), work: yield* ratio("work"), residual }
    return played
  })
)

/** The table of the document. */
export const tableOf = (all: ReadonlyArray<PlayedStrategy>): string =>
  [
    "| attempt | `parity` | `work` | what is left |",
    "|---|---|---|---|",
    ...all.map(
      ({ name, parity, residual, work }) =>
        `| ${name} | ${parity.toFixed(2)} | ${work.toFixed(2)} | ${work > MOST_PAY_RATIO ? (residual ?? "") : ""} |`
    )
  ].join("\n")
