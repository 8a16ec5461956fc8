/**
 * The duel step, after the quality loop's step: pairs the finished heads of an issue's two competitors and submits the pair to the judges. It casts no vote,
 * and no other step waits for it.
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

/** Duels per issue in 24 hours, so that frequent pushes do not exhaust the validators' budgets. */
const DUELS_A_DAY = 3
const DAY = 86_400_000

/** A competitor's newest head if it is finished; undefined while a newer head is in progress, which may replace it. */
const headOf = (records: ReadonlyArray<QualityRecord>, hotkey: string): Head | undefined => {
  const own = records.filter(({ head }) => head.hotkey === hotkey)
  return own.every(hasEnded) ? own.findLast(({ state }) => state === "done")?.head : undefined
}

/** The pair of heads to compare; undefined: not both are finished. */
const pairIn = ({ facts, issue }: Look, records: ReadonlyArray<QualityRecord>): DuelPair | undefined => {
  const [a, b] = facts.competitors.map(({ hotkey }) => headOf(records, hotkey))
  return a === undefined || b === undefined ? undefined : { issue: IssueId.make(issue.id), number: IssueNumber.make(issue.number), a, b }
}

const isFull = (duels: ReadonlyArray<DuelRecord>, now: number): boolean =>
  duels.filter(({ begunAt }) => now - begunAt < DAY).length >= DUELS_A_DAY

/** The step, with the block at which each pair was first seen: a seed must come after both heads. A restart starts over. */
export const make = Effect.map(Ref.make<ReadonlyMap<string, number>>(new Map()), (firstSeen) => {
  /** A pair's seed, once the chain has stored a drand pulse after the pair was first seen. */
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
      // The node may have pruned that block's state, so the next step starts over.
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
