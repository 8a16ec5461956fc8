/**
 * The division of the subnet's emission into pools. It is part of the roster, so that a change of shares needs no new program.
 *
 * Shares are whole parts per million. Their sum is therefore exact, whatever the order of pools, and every validator accepts the same documents.
 */
import { Schema } from "effect"
import august2026 from "./roster/emission.json"

/** A whole in parts per million. */
export const WHOLE_PPM = 1_000_000

/** The kinds of pools that this program computes. It recycles a pool of any other kind. */
export const COMPUTED_KINDS = ["oss_contributions", "issue_competitions", "champions"] as const
export type ComputedKind = (typeof COMPUTED_KINDS)[number]

const strict = { parseOptions: { onExcessProperty: "error" } } as const

const NAME = "a name of lower-case letters, digits and _"

const Word = Schema.String.pipe(
  Schema.pattern(/^[a-z][a-z0-9_]{0,63}$/, { identifier: NAME, message: ({ actual }) => `${JSON.stringify(actual)} is not ${NAME}` })
)

/** A share in parts per million. Exact for every share that the schema accepts. */
export const ppmOf = (share: number): number => Math.round(share * WHOLE_PPM)

const PoolShare = Schema.Number.pipe(
  Schema.between(0, 1),
  Schema.filter((share) => ppmOf(share) / WHOLE_PPM === share || `${share} has more than six decimals`)
)

/** A pool that one miner gets as a whole: the leader, until another one is ahead of it by the margin in so many epochs in a row. */
export const WinnerTakesAll = Schema.Struct({
  /** The part of the leader's share by which the other's must be larger. */
  margin: Schema.optionalWith(PoolShare, { default: () => 0.02 }),
  epochs: Schema.optionalWith(Schema.Int.pipe(Schema.between(1, 100)), { default: () => 3 })
}).annotations(strict)
export interface WinnerTakesAll extends Schema.Schema.Type<typeof WinnerTakesAll> {}

/** One pool. Its kind decides who earns from it, and how. */
const Pool = Schema.Struct({
  kind: Word,
  /** The part of the whole emission. */
  share: PoolShare,
  /** Without it, miners divide the pool by their shares, and the document has no such key. */
  winner_takes_all: Schema.optional(WinnerTakesAll)
}).annotations(strict)

/** At most one pool of each computed kind, and shares of at most the whole. */
const Pools = Schema.Record({ key: Word, value: Pool })
  .annotations(strict)
  .pipe(
    Schema.filter((pools) => {
      const named = Object.entries(pools).toSorted(([left], [right]) => (left < right ? -1 : 1))
      for (const kind of COMPUTED_KINDS) {
        const [first, second] = named.filter(([, pool]) => pool.kind === kind)
        if (first !== undefined && second !== undefined)
          return { path: [second[0], "kind"], message: `${kind} is already the kind of ${first[0]}, and only one pool may be of that kind` }
      }
      const [wrong] = named.find(([, { kind, winner_takes_all }]) => winner_takes_all !== undefined && kind !== "oss_contributions") ?? []
      if (wrong !== undefined)
        return { path: [wrong, "winner_takes_all"], message: "only a pool of the kind oss_contributions can go to one miner" }
      const sum = named.reduce((parts, [, { share }]) => parts + ppmOf(share), 0)
      const shares = named.map(([name, { share }]) => `${name} ${share}`).join(", ")
      return sum > WHOLE_PPM ? `the shares of all pools (${shares}) are ${sum / WHOLE_PPM}, more than the whole` : undefined
    })
  )

/** The pools by name. The rest of the emission is recycled. */
export const Emission = Schema.Struct({
  /** The version of this section's form and of its default. */
  version: Schema.Literal(1).annotations({
    message: ({ actual }) => ({ message: `${JSON.stringify(actual)} is not a version that this program knows: use 1`, override: true })
  }),
  pools: Pools
}).annotations(strict)
export interface Emission extends Schema.Schema.Type<typeof Emission> {}

/** The share of the pool of a kind, in parts per million; 0 if there is none. */
export const ppmOfKind = ({ pools }: Emission, kind: ComputedKind): number =>
  ppmOf(Object.values(pools).find((pool) => pool.kind === kind)?.share ?? 0)

/** How the contributions' pool goes to one miner; undefined where miners divide it. */
export const winnerTakesAll = ({ pools }: Emission): WinnerTakesAll | undefined =>
  Object.values(pools).find(({ kind }) => kind === "oss_contributions")?.winner_takes_all

/** The pools of a roster without pools: those of August 2026, as version 1. Published rosters depend on them, so they never change. */
export const defaultEmission: Emission = Schema.decodeUnknownSync(Emission)(august2026)
