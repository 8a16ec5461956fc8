/** Tallies validators' votes by ballot, weighted by the stake that is noted now, or was when the vote ended. */
import { shareOf } from "./figures.ts"

/** The fields of the API's votes that a tally needs. Weights are in rao. */
export interface CountedVote {
  readonly kind: "pair" | "outcome"
  readonly validator: string
  readonly choice: unknown
  /** The vote's weight by the stake noted now, or when the vote ended. */
  readonly weight: string | bigint
  /** The weight of all validators at that time. */
  readonly totalWeight: string | bigint
  readonly endedAt: { readonly block: number } | null
  readonly endedBy: "replaced" | "withdrawn" | "passed" | "lapsed" | null
}

export interface Portion<V> {
  readonly vote: V
  /** In rao. */
  readonly weight: bigint
}

export interface Tally<V> {
  readonly key: string
  readonly choice: unknown
  readonly portions: ReadonlyArray<Portion<V>>
  readonly weight: bigint
  readonly share: number
  /** "a" or "b" if the choice is a solution by that competitor. */
  readonly side: "a" | "b" | "neither"
}

export interface Ballot<V extends CountedVote> {
  readonly kind: V["kind"]
  readonly state: "open" | "passed" | "lapsed"
  /** The block in which it ended; null while it is open. */
  readonly endedAt: V["endedAt"] | null
  /** The weight of all validators. */
  readonly totalWeight: string
  /** Largest first. */
  readonly tallies: ReadonlyArray<Tally<V>>
}

interface Sides {
  readonly a: { readonly hotkey: string }
  readonly b: { readonly hotkey: string }
}

const sideOf = (choice: unknown, { a, b }: Sides): "a" | "b" | "neither" => {
  if (typeof choice !== "object" || choice === null || !("_tag" in choice) || !("hotkey" in choice) || choice._tag !== "Solved")
    return "neither"
  return choice.hotkey === a.hotkey ? "a" : choice.hotkey === b.hotkey ? "b" : "neither"
}

/** The end block of the ballot that a vote belongs to; infinity for the open ballot. */
const endOf = (vote: CountedVote, ends: ReadonlyArray<number>): number => {
  if (vote.endedAt === null) return Number.POSITIVE_INFINITY
  if (vote.endedBy === "passed" || vote.endedBy === "lapsed") return vote.endedAt.block
  const at = vote.endedAt.block
  return ends.find((end) => end >= at) ?? Number.POSITIVE_INFINITY
}

/** Tallies votes by choice, without replaced and withdrawn ones. */
const tallyVotes = <V extends CountedVote>(votes: ReadonlyArray<V>, sides: Sides): ReadonlyArray<Tally<V>> => {
  const counting = votes.filter(({ endedBy }) => endedBy !== "replaced" && endedBy !== "withdrawn")
  const total = BigInt(votes.at(-1)?.totalWeight ?? 0)
  return [...new Set(counting.map(({ choice }) => JSON.stringify(choice)))]
    .map((key) => {
      const portions = counting
        .filter(({ choice }) => JSON.stringify(choice) === key)
        .map((vote): Portion<V> => ({ vote, weight: BigInt(vote.weight) }))
      const weight = portions.reduce((sum, portion) => sum + portion.weight, 0n)
      const choice = portions[0]?.vote.choice
      return { key, choice, portions, weight, share: shareOf(weight, total), side: sideOf(choice, sides) }
    })
    .toSorted((left, right) => (left.weight < right.weight ? 1 : left.weight > right.weight ? -1 : 0))
}

/** Ballots of one kind, oldest first. The votes must be oldest first, as the API returns them. */
export const ballotsOf = <V extends CountedVote>(all: ReadonlyArray<V>, kind: V["kind"], sides: Sides): ReadonlyArray<Ballot<V>> => {
  const votes = all.filter((vote) => vote.kind === kind)
  const over = votes.filter(({ endedBy }) => endedBy === "passed" || endedBy === "lapsed")
  const ends = [...new Set(over.map(({ endedAt }) => endedAt?.block ?? 0))].toSorted((left, right) => left - right)
  return [...ends, Number.POSITIVE_INFINITY].flatMap((end) => {
    const own = votes.filter((vote) => endOf(vote, ends) === end)
    const last = own.at(-1)
    if (last === undefined) return []
    const ender = own.find(({ endedBy }) => endedBy === "passed" || endedBy === "lapsed")
    const state = ender === undefined ? "open" : ender.endedBy === "passed" ? "passed" : "lapsed"
    return [{ kind, state, endedAt: ender?.endedAt ?? null, totalWeight: last.totalWeight.toString(), tallies: tallyVotes(own, sides) }]
  })
}
