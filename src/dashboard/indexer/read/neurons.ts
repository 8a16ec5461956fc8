/** Reads the subnet's UIDs and their hotkeys at the end of a block. */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { type BlockReference, Chain, isPruned } from "../../../layers/chain/node/Chain.ts"
import { readMap } from "../../../layers/chain/node/storedMap.ts"
import type { IndexedRegistration } from "../blockContents.ts"
import { blockForgotten, unreadableBlock } from "./errors.ts"

const Numbers = Schema.Array(Schema.NullOr(Schema.Number))
const Accounts = Schema.Array(Schema.NullOr(AccountAddress))

/** Reads values of a storage map of the subnet's pallet. */
const read = <A, I>(schema: Schema.Schema<A, I>, item: string, keys: ReadonlyArray<ReadonlyArray<string | number>>, at: BlockReference) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    const unreadable = (reason: string) => unreadableBlock(at.number, `SubtensorModule.${item}: ${reason}`)
    const values = yield* readMap(chain, ["subtensorModule", item], keys, at.hash).pipe(
      Effect.mapError((error) => (isPruned(error) ? blockForgotten(chain.endpoint, at.number) : error))
    )
    if (values === undefined) return yield* unreadable("the storage item does not exist")
    return yield* Effect.mapError(Schema.decodeUnknown(schema)(values), ({ message }) => unreadable(message))
  })

const describeNeurons = Effect.fn("indexer.neurons")(function* (
  netuid: number,
  held: ReadonlyArray<{ readonly uid: number; readonly hotkey: AccountAddress }>,
  at: BlockReference
) {
  if (held.length === 0) return []
  const [coldkeys, registered] = yield* Effect.all(
    [
      read(
        Accounts,
        "owner",
        held.map(({ hotkey }) => [hotkey]),
        at
      ),
      read(
        Numbers,
        "blockAtRegistration",
        held.map(({ uid }) => [netuid, uid]),
        at
      )
    ],
    { concurrency: 2 }
  )
  return held.map(
    ({ uid, hotkey }, place): IndexedRegistration => ({
      uid,
      hotkey,
      coldkey: coldkeys[place] ?? null,
      registeredAt: registered[place] ?? 0
    })
  )
})

/** All neurons at the end of a block, by UID. */
export const allNeurons = Effect.fn("indexer.allNeurons")(function* (netuid: number, at: BlockReference) {
  const [count = 0] = yield* read(Numbers, "subnetworkN", [[netuid]], at)
  const uids = Array.from({ length: count ?? 0 }, (_, uid) => uid)
  const hotkeys = yield* read(
    Accounts,
    "keys",
    uids.map((uid) => [netuid, uid]),
    at
  )
  return yield* describeNeurons(
    netuid,
    uids.flatMap((uid) => {
      const hotkey = hotkeys[uid] ?? null
      return hotkey === null ? [] : [{ uid, hotkey }]
    }),
    at
  )
})

/** The neurons among these hotkeys at the end of a block. */
export const neuronsOf = Effect.fn("indexer.neuronsOf")(function* (
  netuid: number,
  hotkeys: ReadonlyArray<AccountAddress>,
  at: BlockReference
) {
  const uids = yield* read(
    Numbers,
    "uids",
    hotkeys.map((hotkey) => [netuid, hotkey]),
    at
  )
  return yield* describeNeurons(
    netuid,
    hotkeys.flatMap((hotkey, place) => {
      const uid = uids[place] ?? null
      return uid === null ? [] : [{ uid, hotkey }]
    }),
    at
  )
})
