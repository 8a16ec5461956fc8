/** Sources of a roster: a path, or mirrors of the roster that its signer published. */
import { Effect, Option, Ref } from "effect"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import type { EpochState } from "../../domain/EpochState.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { RosterDocument } from "../../domain/Roster.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { committedRosterAt } from "../../layers/chain/roster/committedRoster.ts"
import { readRoster, type UnusableRoster } from "../../layers/chain/roster/readRoster.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { fetchCommittedRoster } from "../../scoring/rosters/fetchCommittedRoster.ts"

export type RosterSource =
  | { readonly _tag: "Path"; readonly path: string }
  | { readonly _tag: "Mirrors"; readonly urls: ReadonlyArray<string> }

const rosterNotServed = (why: string) => new OperationFailed({ message: `the roster cannot be obtained: ${why}` })

/** No roster for an epoch: what to use in its place, and whether mirrors may have it later. */
interface NoRoster {
  readonly missing: string
  readonly later: boolean
}

export type RosterOfEpoch = (facts: EpochState) => Effect.Effect<RosterDocument | NoRoster>

/** Rosters from mirrors kept in memory. Owners rarely change them. */
const CACHED_ROSTERS = 4

const fromMirrors = (urls: ReadonlyArray<string>) =>
  Effect.map(
    Ref.make<ReadonlyArray<readonly [sha256: string, RosterDocument]>>([]),
    (known): RosterOfEpoch =>
      Effect.fn("rosterOfEpochFromMirrors")(function* ({ genesis, netuid, roster: { owner, committed } }) {
        if (committed === null) {
          const missing =
            "the roster's signer was committed to no roster, so no mirror can have it: give the one in force as a file with --roster"
          return { missing, later: false }
        }
        const before = (yield* Ref.get(known)).find(([sha256]) => sha256 === committed.sha256)
        if (before !== undefined) return before[1]
        return yield* fetchCommittedRoster(urls, { genesis, netuid, signer: owner, committed }).pipe(
          Effect.tap((document) =>
            Ref.update(known, (others) => [[committed.sha256, document] as const, ...others].slice(0, CACHED_ROSTERS))
          ),
          Effect.catchAll((answers) =>
            Effect.succeed({ missing: `version ${committed.version} of the roster cannot be obtained (${answers})`, later: true })
          )
        )
      })
  )

const always =
  (document: RosterDocument): RosterOfEpoch =>
  () =>
    Effect.succeed(document)

/** The roster of each audited epoch. Without a source, the built-in one. */
export const rostersFrom = (source: Option.Option<RosterSource>): Effect.Effect<RosterOfEpoch, UnusableRoster> =>
  Option.match(source, {
    onNone: () => Effect.succeed(always(defaultRoster)),
    onSome: (given): Effect.Effect<RosterOfEpoch, UnusableRoster> =>
      given._tag === "Path" ? Effect.map(readRoster(given.path), always) : fromMirrors(given.urls)
  })

/** The roster after a block: the file's, or from mirrors the one that its signer was committed to. */
export const rosterAt = Effect.fn("rosterAt")(function* (source: RosterSource, at: BlockReference) {
  if (source._tag === "Path") return yield* readRoster(source.path)
  const [{ genesisHash: genesis }, { netuid }, { signer, committed }] = yield* Effect.all([Chain, Subnet, committedRosterAt(at)])
  if (committed === undefined) return yield* rosterNotServed("its signer is committed to none")
  return yield* fetchCommittedRoster(source.urls, { genesis, netuid, signer, committed }).pipe(
    Effect.mapError((why) => rosterNotServed(why))
  )
})
