/** The result of a round: the pairs by the attested majority, compared with those that started and those that were possible. */
import { HashMap } from "effect"
import { uidsOfBitmap } from "../../src/contract-client/bitmap.ts"
import { type Bitmaps, changedAttestations } from "../../src/scoring/issue_competitions/attest.ts"
import type { World } from "../contract-model/ContractModel.ts"
import { attestationsOf } from "../contract-model/enrolment.ts"
import type { Checks } from "./checks.ts"
import type { Honest } from "./honest/Honest.ts"
import type { Viewpoint } from "./honest/Viewpoint.ts"
import type { Validator } from "./validators/Validator.ts"

export interface RoundResult {
  readonly round: number
  /** The number of pairs by the attested majority. */
  readonly expected: number
  /** The number of these that started. */
  readonly started: number
  /** The number of pairs if the majority had attested all enrolments that miners posted. */
  readonly possible: number
  /** The block of the last start in this round; null if there was none. */
  readonly lastStart: number | null
  /** Honest validators with complete attestations, and all honest validators. */
  readonly complete: number
  readonly honest: number
}

/** The attestations that count in a round by validator and issue. */
export type Attested = ReadonlyMap<string, ReadonlyMap<number, Bitmaps>>

export const attestedIn = ({ state }: World, round: number): Attested => {
  const byValidator = new Map<string, Map<number, Bitmaps>>()
  for (const issue of HashMap.keys(state.attestations))
    for (const one of attestationsOf(state, issue, { number: round, from: round * state.config.roundLength }))
      byValidator.set(one.validator, (byValidator.get(one.validator) ?? new Map<number, Bitmaps>()).set(issue, one))
  return byValidator
}

interface Inputs {
  readonly honest: Honest
  readonly viewpoint: Viewpoint
  readonly checks: Checks
  readonly honestOnes: ReadonlyArray<Validator>
  readonly attested: Attested
  /** The attestations of a validator that has received every enrolment. */
  readonly whole: ReadonlyMap<number, Bitmaps>
}

/** Compares a round with what was possible; counts wrong pairs and wrong bits. */
export const compareRound = ({ attested, checks, honest, honestOnes, viewpoint, whole }: Inputs): Omit<RoundResult, "round"> => {
  const pairings = honest.pairs(viewpoint) ?? []
  const rightPairs = new Map(pairings.map(({ issue, pair }) => [issue, pair === null ? null : pairKey(pair)]))
  const starts = checks.started()
  for (const { hotkeys, issue } of starts) {
    if (rightPairs.get(issue) !== [...hotkeys].toSorted().join(" ")) checks.counts.wrongPairs += 1
  }
  const expected = pairings.filter(({ pair }) => pair !== null)
  const begun = new Set(starts.map(({ issue }) => issue))
  let isSame = true
  for (const { attested: majority, issue } of pairings) {
    const should = whole.get(issue)?.enrolled
    const honestly = honestOnes.flatMap(({ hotkey }) => attested.get(hotkey.address)?.get(issue)?.enrolled ?? [])
    checks.counts.wrongBits += uidsBeyond(majority, [...honestly, ...(should === undefined ? [] : [should])])
    if (should === undefined ? majority.length > 0 : uidsOfBitmap(should).join() !== majority.join()) isSame = false
  }
  const possible = isSame ? expected : honest.pairsIf(viewpoint, new Map([...whole].map(([issue, { enrolled }]) => [issue, enrolled])))
  const seen = [...whole].map(([issue, bitmaps]) => ({ issue, ...bitmaps }))
  const complete = honestOnes.filter(({ hotkey }) => changedAttestations(seen, attested.get(hotkey.address) ?? new Map()).length === 0)
  return {
    expected: expected.length,
    started: expected.filter(({ issue }) => begun.has(issue)).length,
    possible: possible.filter(({ pair }) => pair !== null).length,
    lastStart: starts.length === 0 ? null : Math.max(...starts.map(({ at }) => at)),
    complete: complete.length,
    honest: honestOnes.length
  }
}

export const pairKey = (pair: ReadonlyArray<{ readonly hotkey: string }>): string =>
  pair
    .map(({ hotkey }) => hotkey)
    .toSorted()
    .join(" ")

/** How many of these UIDs are in none of the bitmaps. */
const uidsBeyond = (uids: ReadonlyArray<number>, bitmaps: ReadonlyArray<string>): number => {
  const known = new Set(bitmaps.flatMap(uidsOfBitmap))
  return uids.filter((uid) => !known.has(uid)).length
}
