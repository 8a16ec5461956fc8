/**
 * The duel step, after the quality loop's step: pairs the current heads of an issue's two competitors and submits the pair to the judges. It casts no vote,
 * and no other step waits for it.
 */
import { Clock, Effect, Ref } from "effect"
import { IssueId } from "../../domain/Enrolment.ts"
import { IssueNumber } from "../../domain/IssueRef.ts"
import { type DuelPair, type DuelRecord, duelKey } from "../../domain/quality/DuelRecord.ts"
import { type Head, headKey, type QualityRecord } from "../../domain/quality/QualityRecord.ts"
import { FinalisedHead } from "../../layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import type { Look } from "../../scoring/issue_competitions/verdicts.ts"
import { hasEnded, QualityRecords } from "../store/QualityRecords.ts"
import { DuelCourt } from "./DuelCourt.ts"

/** Duels in 24 hours that one competitor's pushes begin, so that they exhaust neither the validators' budgets nor the other's share. */
const DUELS_A_DAY = 3
const DAY = 86_400_000

/** How long a head that is done waits for the rival's newest one. Then the rival's last head that was done stands in for it. */
const RIVAL_WAIT = 3_600_000

interface Side {
  /** The newest head that GitHub shows and that is done, and since when it can be compared. */
  readonly current: { readonly head: Head; readonly since: number } | undefined
  /** Whether a head that GitHub shows is still in progress. */
  readonly isOpen: boolean
  /** The last head that was done, whether GitHub shows it or not. */
  readonly last: Head | undefined
}

const sideOf = (records: ReadonlyArray<QualityRecord>, hotkey: string): Side => {
  const own = records.filter(({ head }) => head.hotkey === hotkey)
  const shown = own.flatMap((record) => (record.currentSince === null ? [] : [{ ...record, shownAt: record.currentSince }]))
  const newest = shown.filter(({ state }) => state === "done").toSorted((one, other) => other.shownAt - one.shownAt)[0]
  return {
    current: newest && { head: newest.head, since: Math.max(newest.shownAt, newest.at) },
    isOpen: shown.some((record) => !hasEnded(record)),
    last: own.findLast(({ state }) => state === "done")?.head
  }
}

/** A side's head to compare; undefined: there is none, or the other side still waits for it. */
const headOf = ({ current, isOpen, last }: Side, other: Side, now: number): Head | undefined => {
  if (current !== undefined) return current.head
  const isLate = other.current !== undefined && now - other.current.since >= RIVAL_WAIT
  return isOpen && !isLate ? undefined : last
}

/** The pair of heads to compare; undefined: not both can be. */
const pairIn = ({ facts, issue }: Look, records: ReadonlyArray<QualityRecord>, now: number): DuelPair | undefined => {
  const [one, other] = facts.competitors.map(({ hotkey }) => sideOf(records, hotkey))
  if (one === undefined || other === undefined) return undefined
  const [a, b] = [headOf(one, other, now), headOf(other, one, now)]
  return a === undefined || b === undefined ? undefined : { issue: IssueId.make(issue.id), number: IssueNumber.make(issue.number), a, b }
}

/** The competitors whose head was not in the duel before: that they pushed begins this one. */
const pushersOf = ({ a, b }: DuelPair, before: DuelRecord | undefined): ReadonlyArray<string> => {
  const known = before === undefined ? [] : [headKey(before.pair.a), headKey(before.pair.b)]
  return [a, b].filter((head) => !known.includes(headKey(head))).map(({ hotkey }) => hotkey)
}

/** Whether a competitor who pushed has begun fewer duels than allowed. `duels`: those of the issue, in order of their beginning. */
const mayBegin = (pair: DuelPair, duels: ReadonlyArray<DuelRecord>, now: number): boolean => {
  const begun = duels.flatMap((duel, index) => (now - duel.begunAt < DAY ? pushersOf(duel.pair, duels[index - 1]) : []))
  return pushersOf(pair, duels.at(-1)).some((hotkey) => begun.filter((one) => one === hotkey).length < DUELS_A_DAY)
}

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
    const now = yield* Clock.currentTimeMillis
    const pair = pairIn(look, yield* records.of(IssueId.make(look.issue.id)), now)
    if (pair === undefined) return
    const earlier = yield* duels.of(pair.issue)
    const key = duelKey(pair)
    if (earlier.some((one) => duelKey(one.pair) === key) || !mayBegin(pair, earlier, now)) return
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
