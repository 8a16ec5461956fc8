/**
 * The duels' step, after that of the quality loop: pairs the heads of the two competitors that compete for an issue once both are done, and hands the pair to the
 * judges. It votes nothing, and nothing waits for it.
 */
import { Clock, Effect, Ref } from "effect"
import { IssueId } from "../../domain/Enrolment.ts"
import { IssueNumber } from "../../domain/IssueRef.ts"
import { type DuelPair, type DuelRecord, duelKey } from "../../domain/quality/DuelRecord.ts"
import type { Head, QualityRecord } from "../../domain/quality/QualityRecord.ts"
import { FinalisedHead } from "../../layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import type { Look } from "../../scoring/issue_competitions/verdicts.ts"
import { hasEnded, QualityRecords } from "../store/QualityRecords.ts"
import { DuelCourt } from "./DuelCourt.ts"

/** Duels of an issue in 24 hours, so that a miner who pushes often does not spend the validators' budgets. */
const DUELS_A_DAY = 3
const DAY = 86_400_000

/** The newest head of a competitor that is done; undefined while a newer one is on its way, because it may replace this one. */
const headOf = (records: ReadonlyArray<QualityRecord>, hotkey: string): Head | undefined => {
  const own = records.filter(({ head }) => head.hotkey === hotkey)
  return own.every(hasEnded) ? own.findLast(({ state }) => state === "done")?.head : undefined
}

/** The pair to compare for a look; undefined while there is none. */
const pairIn = ({ facts, issue }: Look, records: ReadonlyArray<QualityRecord>): DuelPair | undefined => {
  const [a, b] = facts.competitors.map(({ hotkey }) => headOf(records, hotkey))
  return a === undefined || b === undefined ? undefined : { issue: IssueId.make(issue.id), number: IssueNumber.make(issue.number), a, b }
}

const isFull = (duels: ReadonlyArray<DuelRecord>, now: number): boolean =>
  duels.filter(({ begunAt }) => now - begunAt < DAY).length >= DUELS_A_DAY

/** The step, with its memory of the blocks at which pairs were first seen: a seed must come after both heads. A restart sees them anew. */
export const make = Effect.map(Ref.make<ReadonlyMap<string, number>>(new Map()), (firstSeen) => {
  /** The seed of a pair, once the chain has stored a pulse after the pair was seen. */
  const seedFor = Effect.fn("seedFor")(function* (key: string) {
    const [subnet, { current }] = yield* Effect.all([Subnet, FinalisedHead])
    const head = yield* current
    const block = (yield* Ref.get(firstSeen)).get(key)
    if (block === undefined) {
      yield* Ref.update(firstSeen, (known) => new Map(known).set(key, head.number))
      return undefined
    }
    if (head.number <= block) return undefined
    const randomness = yield* Effect.tapError(subnet.seedAfter(block, head), () =>
      // The node may have pruned the block: the next step begins anew.
      Ref.update(firstSeen, (known) => new Map([...known].filter(([one]) => one !== key)))
    )
    return randomness === undefined ? undefined : { block, randomness }
  })

  const begin = Effect.fn("beginDuel")(function* (look: Look) {
    const [records, { duels }] = yield* Effect.all([QualityRecords, DuelCourt])
    const pair = pairIn(look, yield* records.of(IssueId.make(look.issue.id)))
    if (pair === undefined) return
    const earlier = yield* duels.of(pair.issue)
    const key = duelKey(pair)
    if (earlier.some((one) => duelKey(one.pair) === key) || isFull(earlier, yield* Clock.currentTimeMillis)) return
    const seed = yield* seedFor(key)
    if (seed === undefined) return
    yield* duels.begin(pair, seed)
    yield* Ref.update(firstSeen, (known) => new Map([...known].filter(([one]) => one !== key)))
  })

  return Effect.fn("validator.duels")(function* (looks: ReadonlyArray<Look>) {
    yield* Effect.forEach(looks, begin, { discard: true })
    const { duels, submit } = yield* DuelCourt
    yield* Effect.forEach(yield* duels.unfinished, submit, { discard: true })
  })
})
