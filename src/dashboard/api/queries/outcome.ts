/** Weights of votes, and what the current votes on an issue's outcome would settle. */
import { type Clocks, LONGEST_WAIT, standingOf } from "../../../contract-client/standing.ts"
import { STILL_WAITS } from "../../../layers/storage/database/schema/expressions.ts"
import type { Outcome } from "../definition/issues.ts"
import type { Moment } from "../definition/values.ts"
import { arrayOf, momentOf, rao, rowOf, select } from "./expressions.ts"
import { LATEST_CONFIG } from "./money.ts"

/** Weight of a validator's vote by the contract's noted stake. `validator`: a row of `validators`. */
export const weightOf = (validator: string): string => `least(${validator}.noted_day, ${validator}.noted_since)`

/** Total weight, the denominator of vote shares. */
export const TOTAL_WEIGHT = "(SELECT coalesce(greatest(sum(noted_before), sum(noted_day)), 0) FROM validators)"

/** Whether a validator may be removed now, so that its votes count nowhere. */
const mayBeRemoved = (hotkey: string): string =>
  `EXISTS (SELECT FROM config_changes g WHERE g.account = ${hotkey} AND g.kind = 'ChangeAnnounced' AND g.content #>> '{what,_tag}' = 'RemoveValidator'
    AND (SELECT max(number) FROM blocks) BETWEEN (g.content ->> 'appliesFrom')::bigint AND (g.content ->> 'appliesUntil')::bigint AND ${STILL_WAITS})`

/** A vote's current weight, at most what it weighed when it was cast, or its weight at its end. `vote`: a row of `votes`. */
export const weightOfVote = (vote: string): string =>
  rao(
    `coalesce(${vote}.weight, least(${vote}.cast_weight, coalesce(
      (SELECT ${weightOf("w")} FROM validators w WHERE w.hotkey = ${vote}.validator AND NOT ${mayBeRemoved("w.hotkey")}), 0)))`
  )

export const totalWeightOf = (vote: string): string => rao(`coalesce(${vote}.total_weight, ${TOTAL_WEIGHT})`)

interface Vote {
  readonly choice: unknown
  readonly since: number
  readonly weight: string
  /** The first block in which the vote counts. */
  readonly from: typeof Moment.Encoded
}

/** The input for computing an outcome. */
interface Votes {
  readonly block: number
  readonly wait: number
  readonly quorumBps: number
  readonly totalWeight: string
  readonly votes: ReadonlyArray<Vote>
}

/** `waitOf` in SQL, in blocks. `config`: the settings as JSON; `ofMatch`: the match's own wait, or NULL. */
export const waitBy = (config: string, ofMatch: string): string => {
  const setting = (name: keyof Clocks) => `(${config} ->> '${name}')::bigint`
  return `least(${LONGEST_WAIT}, greatest(${ofMatch}, ${setting("challengePeriod")}, ${setting("ownerDelay")} + ${setting("day")} / 2))`
}

/** The votes on the undecided outcome of issue `i`; null for any other issue. After the subnet's end, only a solution counts. */
export const standingVotes = rowOf(
  `SELECT ${select<Votes>({
    block: "(SELECT number FROM blocks ORDER BY number DESC LIMIT 1)",
    wait: "t.wait",
    quorumBps: "(t.config ->> 'quorumBps')::int",
    totalWeight: rao(TOTAL_WEIGHT),
    votes: arrayOf(
      `SELECT ${select<Vote>({ choice: "v.choice", since: "v.since", weight: weightOfVote("v"), from: momentOf("(v.since + t.wait)") })}
      FROM votes v WHERE v.issue = i.id AND v.kind = 'outcome' AND v.ended_at IS NULL
        AND (v.choice ->> '_tag' = 'Solved' OR NOT EXISTS (SELECT FROM config_changes WHERE kind = 'WoundUp'))
      ORDER BY v.block, v.event LIMIT 500`
    )
  })} FROM (
    SELECT s.config, ${waitBy("s.config", "(SELECT c.challenge_period FROM competitions c WHERE c.id = i.competition)")} AS wait
    FROM (SELECT ${LATEST_CONFIG} AS config) s
  ) t WHERE i.status IN ('Funding', 'Open', 'Competing')`
)

/** An answer as the tables have it: votes without the outcome that they would settle. */
export type Unsettled<A extends { readonly outcome: unknown }> = Omit<A, "outcome"> & { readonly outcome: Votes | null }

/** Computes what the votes would settle, and when. */
export const withOutcome = <A extends { readonly outcome: Votes | null }>(
  found: A
): Omit<A, "outcome"> & { readonly outcome: typeof Outcome.Encoded | null } => {
  const { outcome } = found
  if (outcome === null) return { ...found, outcome }
  const { totalWeight, votes, ...terms } = outcome
  const standing = standingOf(
    votes.map((vote) => ({ ...vote, weight: BigInt(vote.weight) })),
    { ...terms, totalWeight: BigInt(totalWeight) }
  )
  const from = votes.find((vote) => vote.from.block === standing.from)?.from ?? null
  return { ...found, outcome: { ...standing, weight: standing.weight.toString(), totalWeight, from } }
}
