/**
 * Stores which votes on the ballots this validator's program cast, beside the journal. Its operator cast all other votes of its hotkey by hand; these
 * stay until the record contradicts them. If the file is lost, all votes count as the operator's.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Contract } from "../chain/contract/Contract.ts"
import { fileFailed, type StoreUnavailable } from "../storage/dataFolder/failure.ts"
import { type KeptRows, keptInMemory, keptRowsIn } from "../storage/dataFolder/keptRows.ts"
import { Watches } from "../storage/dataFolder/Watches.ts"
import { openStoreFile } from "../storage/sqlite/storeFile.ts"

/** Nothing but that it was cast. */
const Cast = Schema.Struct({})
type Cast = typeof Cast.Type

/** The votes by their text, in a group for each contract and kind (`ownVotesOn`). */
export class OwnVotes extends Context.Tag("gittensor/OwnVotes")<OwnVotes, KeptRows<Cast>>() {}

/** Votes on the matches of competitions, and votes on issues without a match. */
export const OWN_VOTES = ["votes", "votes without a match"] as const

export const ownVotesOn = (contract: AccountAddress, kind: (typeof OWN_VOTES)[number]): string => `${contract} ${kind}`

/** These votes, as cast or (`isCast` is false) as cast no more. */
export const allOf = (votes: Iterable<string>, isCast = true): ReadonlyMap<string, Cast | undefined> =>
  new Map([...votes].map((vote) => [vote, isCast ? {} : undefined]))

export const TABLES = `CREATE TABLE IF NOT EXISTS own_votes (
  chain TEXT NOT NULL, hotkey TEXT NOT NULL, ballots TEXT NOT NULL, vote TEXT NOT NULL, PRIMARY KEY (chain, hotkey, ballots, vote)
) STRICT, WITHOUT ROWID`

export interface OwnVotesOptions {
  /** The journal's path, or ":memory:". */
  readonly file: string
  /** The chain's identity, by `chainIdentity`. */
  readonly chain: string
  readonly hotkey: AccountAddress
}

export const make = ({ file, chain, hotkey }: OwnVotesOptions) =>
  Effect.map(openStoreFile({ file, tables: TABLES, failed: fileFailed("the vote journal") }), (store) =>
    keptRowsIn(store, {
      table: "own_votes",
      owner: { chain, hotkey },
      group: "ballots",
      name: "vote",
      columns: [],
      value: Cast,
      what: "own votes"
    })
  )

export const makeInMemory = keptInMemory<Cast>()

/** Takes over the votes that 0.1.0 stored among the watches. They are in both files, or in one, whenever this is ended. */
export const takeOver = Effect.fn("OwnVotes.takeOver")(function* (own: KeptRows<Cast>, watches: Watches["Type"], contract: AccountAddress) {
  for (const kind of OWN_VOTES) {
    const group = ownVotesOn(contract, kind)
    const before = [...(yield* watches.of(group)).keys()]
    yield* own.change(group, allOf(before))
    yield* watches.change(group, new Map(before.map((vote) => [vote, undefined])))
  }
})

const withEarlier = (own: KeptRows<Cast>) =>
  Effect.flatMap(Effect.all([Contract, Watches]), ([{ address }, watches]) => Effect.as(takeOver(own, watches, address), own))

export const layer = (options: OwnVotesOptions): Layer.Layer<OwnVotes, StoreUnavailable, Contract | Watches> =>
  Layer.scoped(OwnVotes, Effect.flatMap(make(options), withEarlier))

/** Reads the file, and keeps this process's votes in memory only, because they are not sent. */
export const layerDryRun = (options: OwnVotesOptions): Layer.Layer<OwnVotes, StoreUnavailable, Contract | Watches> =>
  Layer.scoped(
    OwnVotes,
    make(options).pipe(
      Effect.flatMap(({ of }) => keptInMemory(of)),
      Effect.flatMap(withEarlier)
    )
  )
