/**
 * The roster by which an epoch is scored. All validators change to a new one together: the roster to which its signer was committed before the
 * epoch's first block counts. A roster given as a file replaces it, whatever the signer is committed to.
 */
import { Context, Effect, Layer, Ref, Schema } from "effect"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { type ConsentRules, type RosterDocument, refusedAt } from "../../domain/Roster.ts"
import { hashOfRosterBody, rosterBody } from "../../domain/SignedRoster.ts"
import { type BlockReference, Chain, type ChainUnavailable, isPruned } from "../../layers/chain/node/Chain.ts"
import { type CommittedRoster, committedRosterAt, rosterOfEpoch } from "../../layers/chain/roster/committedRoster.ts"
import { type Roster, unsignedRosterOf } from "../../layers/chain/roster/Roster.ts"
import type { RosterSigner, SignerUnknown } from "../../layers/chain/roster/RosterSigner.ts"
import { readRoster, type UnusableRoster } from "../../layers/chain/roster/readRoster.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import type { StoreUnavailable } from "../../layers/storage/dataFolder/failure.ts"

/** The epoch that the chain is in. */
export interface ScoredEpoch {
  readonly firstBlock: number
  /** In blocks. */
  readonly tempo: number
  readonly head: BlockReference
}

/** The roster of an epoch is unavailable, at least for now. */
export class RosterMissing extends Schema.TaggedError<RosterMissing>()("RosterMissing", { firstBlock: Schema.Number, why: Schema.String }) {
  override get message() {
    return `there is no roster for the epoch that began at block ${this.firstBlock}: ${this.why}`
  }
}

/** Why validators may score by different rosters: sentences without their full stops; null if there is no concern. */
export interface RosterConcerns {
  /** About the roster that the signer is committed to now. */
  readonly committed: string | null
  /** About the roster that the present epoch is scored by. */
  readonly inUse: string | null
  /** About documents that the signer signed. */
  readonly signer: string | null
}

export const noConcerns: RosterConcerns = { committed: null, inUse: null, signer: null }

type Unavailable = RosterMissing | SignerUnknown | StoreUnavailable

export class Rosters extends Context.Tag("gittensor/Rosters")<
  Rosters,
  {
    /** The roster of an epoch. Once decided it does not change, through restarts too. */
    readonly at: (epoch: ScoredEpoch) => Effect.Effect<Roster["Type"], Unavailable>
    /** The hash of the roster that its signer was committed to before the epoch; undefined if to none. It is the same for all validators. */
    readonly inForce: (
      epoch: Pick<ScoredEpoch, "firstBlock" | "head">
    ) => Effect.Effect<string | undefined, SignerUnknown | Effect.Effect.Error<ReturnType<typeof rosterOfEpoch>>>
    /** The roster with this hash, if it is here. */
    readonly named: (sha256: string, epoch: ScoredEpoch) => Effect.Effect<Roster["Type"] | undefined, Unavailable>
    /** Checks for a new roster, and what the mirrors serve. Returns the concerns. */
    readonly look: (head: BlockReference) => Effect.Effect<RosterConcerns, SignerUnknown | StoreUnavailable>
    /** The repositories that refuse bounties and contributions, by the newest roster that was decided for an epoch. Empty without one. */
    readonly refusals: (head: BlockReference) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable | StoreUnavailable>
  }
>() {}

/** The repositories whose refusals hold at a block. */
export const refusalsAt = (rules: ConsentRules, head: BlockReference) =>
  Effect.flatMap(Chain, ({ timeAt }) => Effect.map(timeAt(head.hash), (now) => refusedAt(rules, now)))

/** One roster for every epoch, which has no refusals. */
const layerOf = (document: RosterDocument): Layer.Layer<Rosters> =>
  Layer.sync(Rosters, () => {
    const roster = unsignedRosterOf(document)
    return Rosters.of({
      at: () => Effect.succeed(roster),
      inForce: () => Effect.succeed(roster.sha256),
      named: (sha256) => Effect.succeed(sha256 === roster.sha256 ? roster : undefined),
      look: () => Effect.succeed(noConcerns),
      refusals: () => Effect.succeed([])
    })
  })

export const layerBuiltIn: Layer.Layer<Rosters> = layerOf(defaultRoster)

/** The roster at a path, for every epoch. If the signer is committed to the same roster, it has the hash that the signer signed. */
const fixed = Effect.fn("Rosters.fixed")(function* (path: string) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const services = yield* Effect.context<Chain | RosterSigner | Subnet>()
  const document = yield* readRoster(path)
  const own = unsignedRosterOf(document)
  const warnedOf = yield* Ref.make<string | undefined>(undefined)

  const isCommitted = ({ signer, committed }: CommittedRoster): boolean =>
    committed !== undefined &&
    committed.version > 0 &&
    hashOfRosterBody(
      rosterBody(document, { genesis: chain.genesisHash, netuid: subnet.netuid, owner: signer, version: committed.version })
    ) === committed.sha256

  const at = ({ firstBlock, head }: ScoredEpoch) =>
    rosterOfEpoch(firstBlock, head).pipe(
      Effect.map((found) => (isCommitted(found) ? { ...own, sha256: found.committed?.sha256 ?? own.sha256 } : own)),
      // Scores need nothing but the file.
      Effect.catchIf(
        (error) => error._tag !== "ChainUnavailable" || isPruned(error),
        () => Effect.succeed(own)
      ),
      Effect.provide(services)
    )
  return Rosters.of({
    at,
    inForce: ({ firstBlock, head }) =>
      Effect.map(Effect.provide(rosterOfEpoch(firstBlock, head), services), ({ committed }) => committed?.sha256),
    named: (sha256, epoch) => Effect.map(at(epoch), (roster) => (roster.sha256 === sha256 ? roster : undefined)),
    look: (head) =>
      Effect.gen(function* () {
        const found = yield* committedRosterAt(head)
        const differs = found.committed !== undefined && !isCommitted(found) ? found.committed.sha256 : undefined
        if (differs !== undefined && (yield* Ref.getAndSet(warnedOf, differs)) !== differs)
          yield* Effect.logWarning(
            `the roster ${path} is not version ${found.committed?.version} of the roster, which the roster's signer is committed to: other validators may score by that one (--roster takes the addresses of its mirrors)`
          )
        return noConcerns
      }).pipe(Effect.provide(services)),
    refusals: (head) => Effect.provide(refusalsAt(document, head), services)
  })
})

export const layerPath = (path: string): Layer.Layer<Rosters, UnusableRoster, Chain | RosterSigner | Subnet> =>
  Layer.effect(Rosters, fixed(path))
