/** A finalised block as the node gives it, before its bytes are understood: its body and three values of its state. */
import { Effect, Schema } from "effect"
import { Chain, type ChainUnavailable, isForgotten } from "../../layers/chain/Chain.ts"
import { BlockForgotten, UnreadableBlock } from "./errors.ts"

/** `System.Events`, `Timestamp.Now` and `System.LastRuntimeUpgrade`: hashes of names, the same under every runtime. */
const EVENTS = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
const NOW = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"
const LAST_UPGRADE = "0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8"

const MOST_SAID = 300

export interface RawBlock {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** 0x-hex of each, as it was sent, with its length in front. */
  readonly extrinsics: ReadonlyArray<string>
  /** 0x-hex of the list of all events. */
  readonly events: string
  /** Which runtime carried the block out. */
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

/** A SCALE compact number at the beginning of some bytes; it is a u32 here. */
const compact = (bytes: Buffer): number => {
  const first = bytes[0] ?? 0
  if ((first & 3) === 0) return first >> 2
  if ((first & 3) === 1) return bytes.readUInt16LE(0) >> 2
  return (first & 3) === 2 ? bytes.readUInt32LE(0) >>> 2 : bytes.readUInt32LE(1)
}

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
      // What it is instead may be the whole block.
      ParseError: ({ message }) => Effect.fail(unreadable(`the node's answer has another form: ${message.slice(0, MOST_SAID)}`))
    })
  )
  // The node does not keep the bodies of old blocks.
  if (body === null) return yield* new BlockForgotten({ endpoint: chain.endpoint, block: number })
  const values = new Map(sets.flatMap(({ changes }) => changes))
  const [now, upgrade] = [values.get(NOW) ?? null, values.get(LAST_UPGRADE) ?? null]
  if (upgrade === null) return yield* unreadable("its state names no runtime version")
  const { block } = body
  return {
    number,
    hash,
    parentHash: block.header.parentHash,
    time: now === null ? 0 : Number(bytesOf(now).readBigUInt64LE(0)),
    extrinsics: block.extrinsics,
    events: values.get(EVENTS) ?? "0x00",
    specVersion: compact(bytesOf(upgrade))
  } satisfies RawBlock
})
