/** Months of competitions in memory, as input for the pure rules. No chain is involved. */

import { type AccountAddress, fromPublicKey } from "../../src/domain/Account.ts"
import type { Competition, CompetitionStatus } from "../../src/domain/Competition.ts"
import { fromUids } from "../../src/domain/UidBitmap.ts"
import type { RegisteredMiner } from "../../src/elo/absence.ts"
import { defaultRatingRules } from "../../src/elo/RatingRules.ts"

/** A repeatable pseudo-random generator (xorshift). */
const numbers = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const accountOf = (name: string): AccountAddress => fromPublicKey(new Uint8Array(new Bun.CryptoHasher("blake2b256").update(name).digest()))

export interface RegisteredNeuron extends RegisteredMiner {
  readonly hotkey: AccountAddress
  readonly coldkey: AccountAddress
}

export const neurons = (count: number): ReadonlyArray<RegisteredNeuron> =>
  Array.from({ length: count }, (_, uid) => ({
    uid,
    hotkey: accountOf(`hotkey ${uid}`),
    coldkey: accountOf(`coldkey ${uid}`),
    registeredAt: uid * 1_000
  }))

/** `count` competitions that ended in the 60 days before `at`; every tenth expired, every twentieth was void. */
export const competitionsOf = (miners: ReadonlyArray<RegisteredNeuron>, count: number, at: number): ReadonlyArray<Competition> => {
  const below = numbers(20_261_120)
  const { window } = defaultRatingRules
  const sets = Array.from({ length: 64 }, () => fromUids(Array.from({ length: 100 }, () => below(miners.length))))
  const nobody = fromUids([])
  return Array.from({ length: count }, (_, index) => {
    const startedAt = at - window + 1 + Math.floor(((window - 5_000) * index) / count)
    const end = startedAt + 1_000 + below(3_000)
    const first = below(miners.length)
    const [a, b] = [miners[first], miners[(first + 1 + below(miners.length - 1)) % miners.length]]
    if (a === undefined || b === undefined) throw new Error("two miners at least")
    const status: CompetitionStatus =
      index % 20 === 19
        ? { _tag: "Void", reason: { _tag: "NotPlanned" }, at: end }
        : index % 10 === 9
          ? { _tag: "Expired", at: end }
          : { _tag: "Won", winner: below(2) === 0 ? 0 : 1, pullRequest: index, at: end }
    return { id: index + 1, issue: index + 1, a, b, enrolled: sets[index % sets.length] ?? nobody, skipped: nobody, startedAt, status }
  })
}
