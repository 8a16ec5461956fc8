/**
 * `npm run bench -- consensus [--json]`: how long the aggregate of 256 validators' reports of 4,096 UIDs takes, when validators agree, and when nothing that
 * anybody says is like anything else. Each validator has texts of its own, as in reports that came over the network. Each time is the median of runs that
 * alternate with the plain form (plain.ts), whose result must be the same. At most 100 ms are asked for.
 */
import { Effect } from "effect"
import { aggregate, type ScoredNeuron, type Voter } from "../../src/consensus/rules/aggregate.ts"
import { normalise } from "../../src/consensus/rules/normalise.ts"
import { plainAggregate } from "./plain.ts"

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

const rounded = (value: number) => Math.round(value * 1_000) / 1_000

/** The median times in ms of the aggregate with its weights, and of the plain form, in turn. */
const timesOf = (voters: ReadonlyArray<Voter>): readonly [number, number] => {
  const spent = (run: () => ReadonlyArray<number>) => {
    const before = performance.now()
    const values = run()
    return { ms: performance.now() - before, values }
  }
  const pairs = Array.from({ length: RUNS }, () => {
    const ours = spent(() => {
      const { values } = aggregate(voters, neurons)
      if (normalise(values)?.length !== UIDS) throw new Error("the aggregate has no weights")
      return values?.map(({ value }) => value) ?? []
    })
    const plain = spent(() => plainAggregate(voters, neurons))
    if (!Bun.deepEquals(ours.values, plain.values)) throw new Error("the plain form has another aggregate")
    return [ours.ms, plain.ms] as const
  })
  const medianOf = (times: ReadonlyArray<number>) => times.toSorted((left, right) => left - right)[RUNS >> 1] ?? 0
  return [medianOf(pairs.map(([ours]) => ours)), medianOf(pairs.map(([, plain]) => plain))]
}

/** Measures and returns the figures under their JSON names. */
export const consensus = Effect.sync(() => {
  const agreed = timesOf(votersOf((_, uid) => (uid % 5 === 0 ? uid * 100 : 0)))
  const differing = timesOf(
    votersOf((validator, uid) => (scattered(validator, uid, 50) === 0 ? null : scattered(validator, uid, 1_000_001)))
  )
  return {
    validators: VALIDATORS,
    uids: UIDS,
    agreedMs: rounded(agreed[0]),
    plainAgreedMs: rounded(agreed[1]),
    agreedToPlain: rounded(agreed[0] / agreed[1]),
    scatteredMs: rounded(differing[0]),
    plainScatteredMs: rounded(differing[1]),
    scatteredToPlain: rounded(differing[0] / differing[1])
  }
})
