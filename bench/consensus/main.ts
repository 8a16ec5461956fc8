/**
 * `npm run bench -- consensus [--json]`: how long the aggregate of 256 validators' reports of 4,096 UIDs takes, when validators agree, and when nothing that
 * anybody says is like anything else. Each validator has texts of its own, as in reports that came over the network.
 */
import { Effect } from "effect"
import { aggregate, type ScoredNeuron, type Voter } from "../../src/consensus/rules/aggregate.ts"
import { normalise } from "../../src/consensus/rules/normalise.ts"

const VALIDATORS = 256
const UIDS = 4_096
const RUNS = 9

const hotkeyOf = (kind: string, number: number): string => `5${kind}${String(number).padStart(46, "0")}`

const neurons: ReadonlyArray<ScoredNeuron> = Array.from({ length: UIDS }, (_, uid) => ({ uid, hotkey: hotkeyOf("m", uid), consensus: uid }))

const votersOf = (valueOf: (validator: number, uid: number) => number | null): ReadonlyArray<Voter> =>
  Array.from({ length: VALIDATORS }, (_, validator) => ({
    hotkey: hotkeyOf("v", validator),
    stake: 10n ** 15n * BigInt(validator + 1) + 7n,
    scores: JSON.parse(JSON.stringify(neurons.map(({ uid, hotkey }) => ({ uid, hotkey, value: valueOf(validator, uid) }))))
  }))

/** A repeatable number below `limit` that looks like chance. */
const scattered = (one: number, other: number, limit: number): number => {
  const mixed = Math.imul(Math.imul(one + 1, 0x9e3779b1) ^ (other + 1), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 15)) >>> 0) % limit
}

/** The median and the shortest time in ms. */
const timesOf = (voters: ReadonlyArray<Voter>): readonly [number, number] => {
  const times = Array.from({ length: RUNS }, () => {
    const before = performance.now()
    const { values } = aggregate(voters, neurons)
    if (normalise(values)?.length !== UIDS) throw new Error("the aggregate has no weights")
    return performance.now() - before
  }).sort((left, right) => left - right)
  return [Math.round(times[RUNS >> 1] ?? 0), Math.round(times[0] ?? 0)]
}

/** Measures and returns the figures under their JSON names. */
export const consensus = Effect.sync(() => {
  const [agreedMs, agreedLeastMs] = timesOf(votersOf((_, uid) => (uid % 5 === 0 ? uid * 100 : 0)))
  const [scatteredMs, scatteredLeastMs] = timesOf(
    votersOf((validator, uid) => (scattered(validator, uid, 50) === 0 ? null : scattered(validator, uid, 1_000_001)))
  )
  return { validators: VALIDATORS, uids: UIDS, agreedMs, agreedLeastMs, scatteredMs, scatteredLeastMs }
})
