/** A competition with its issue and the chain's state, for previews, pictures and feeds. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import { type Scoreboard, type Match as Scored, scoreboardOf } from "../../../story/scoreboard.ts"
import { findWholeCompetition } from "../queries/competitions.ts"
import { LATEST_CONFIG } from "../queries/money.ts"
import { onlyRow } from "../queries/read.ts"

type FoundValue<A> = A extends Option.Option<infer One> ? One : never

interface Circumstances {
  /** The newest indexed block. */
  readonly block: number | null
  /** The quorum in basis points of the stake. */
  readonly quorum: number | null
}

export interface FoundMatch extends Circumstances {
  readonly competition: FoundValue<Effect.Effect.Success<ReturnType<typeof findWholeCompetition>>>
}

const circumstances = Effect.flatMap(SqlClient, (sql) =>
  onlyRow(
    sql<Circumstances>`SELECT (SELECT number FROM blocks ORDER BY number DESC LIMIT 1) AS block, (${sql.literal(LATEST_CONFIG)} ->> 'quorumBps')::int AS quorum`
  )
)

export const findMatch = (id: number) =>
  Effect.gen(function* () {
    const found = yield* findWholeCompetition(id)
    if (Option.isNone(found)) return Option.none<FoundMatch>()
    return Option.some<FoundMatch>({ competition: found.value, ...(yield* circumstances) })
  })

export interface ScoreboardMatch extends Circumstances {
  readonly competition: Scored & { readonly bounty: string }
}

/** The leader of a match, and why. */
export const scoreboardIn = ({ competition, block, quorum }: ScoreboardMatch): Scoreboard =>
  scoreboardOf(competition, {
    ...(block === null ? {} : { head: { block } }),
    ...(quorum === null ? {} : { quorum: quorum / 10_000 }),
    bounty: competition.bounty
  })
