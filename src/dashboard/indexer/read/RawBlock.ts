/** A finalised block as the node returns it, undecoded: its body and three values of its state. */
import { Effect, Schema } from "effect"
import { decodeCompact } from "../../../domain/compact.ts"
import { Chain, type ChainUnavailable, isForgotten } from "../../../layers/chain/Chain.ts"
import { BlockForgotten, UnreadableBlock } from "./errors.ts"

/** Storage keys of `System.Events`, `Timestamp.Now` and `System.LastRuntimeUpgrade`. They are hashes of names, so no runtime changes them. */
const EVENTS = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
const NOW = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"
const LAST_UPGRADE = "0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8"

const LONGEST_REASON = 300

export interface RawBlock {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** Each extrinsic in 0x-prefixed hex, with its length prefix. */
  readonly extrinsics: ReadonlyArray<string>
  /** The encoded list of all events in 0x-prefixed hex. */
  readonly events: string
  /** The version of the runtime that executed the block. */
  readonly specVersion: number
}

const Body = Schema.NullOr(
  Schema.Struct({
    block: Schema.Struct({ header: Schema.Struct({ parentHash: Schema.String }), extrinsics: Schema.Array(Schema.String) })
  })
)
const Values = Schema.Array(Schema.Struct({ changes: Schema.Array(Schema.Tuple(Schema.String, Schema.NullOr(Schema.String))) }))
const decodeBody = Schema.decodeUnknown(Body)
const decodeValues = Schema.decodeUnknown(Values)

const bytesOf = (hex: string): Buffer => Buffer.from(hex.slice(2), "hex")

/** Reads one block with two requests. */
export const readRaw = Effect.fn("indexer.readRaw")(function* (number: number, hash: string) {
  const chain = yield* Chain
  const forgotten = (error: ChainUnavailable) =>
    isForgotten(error) ? new BlockForgotten({ endpoint: chain.endpoint, block: number }) : error
  const unreadable = (reason: string) => new UnreadableBlock({ block: number, reason })

  const [body, sets] = yield* Effect.all(
    [
      chain.request("body of a block", "chain_getBlock", [hash]).pipe(Effect.flatMap(decodeBody)),
      chain.request("events of a block", "state_queryStorageAt", [[EVENTS, NOW, LAST_UPGRADE], hash]).pipe(Effect.flatMap(decodeValues))
    ],
    { concurrency: 2 }
  ).pipe(
    Effect.catchTags({
      ChainUnavailable: (error) => Effect.fail(forgotten(error)),
      // The message may quote the whole block, so it is shortened.
      ParseError: ({ message }) => Effect.fail(unreadable(`unexpected answer of the node: ${message.slice(0, LONGEST_REASON)}`))
    })
  )
  // The node has pruned the bodies of old blocks.
  if (body === null) return yield* new BlockForgotten({ endpoint: chain.endpoint, block: number })
  const values = new Map(sets.flatMap(({ changes }) => changes))
  const [now, upgrade] = [values.get(NOW) ?? null, values.get(LAST_UPGRADE) ?? null]
  if (upgrade === null) return yield* unreadable("its state has no runtime version")
  const { block } = body
  return {
    number,
    hash,
    parentHash: block.header.parentHash,
    time: now === null ? 0 : Number(bytesOf(now).readBigUInt64LE(0)),
    extrinsics: block.extrinsics,
    events: values.get(EVENTS) ?? "0x00",
    specVersion: Number(decodeCompact(bytesOf(upgrade)))
  } satisfies RawBlock
})
