/** A finalised block as the node returns it, undecoded: its body and three storage values. */
import type { ApiPromise } from "@polkadot/api"
import { Array as Arrays, Effect, Either, Schema } from "effect"
import { decodeCompact } from "../../../domain/compact.ts"
import type { OperationFailed } from "../../../domain/failures.ts"
import { type BlockReference, Chain, type ChainUnavailable, isPruned } from "../../../layers/chain/node/Chain.ts"
import { blockForgotten, unreadableBlock } from "./errors.ts"

/** Storage keys of `System.Events`, `Timestamp.Now` and `System.LastRuntimeUpgrade`: hashes of names, the same in every runtime. */
const EVENTS = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
const TIMESTAMP_KEY = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"
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
  /** The encoded vector of all events in 0x-prefixed hex. */
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
const decodeAnswers = Schema.decodeUnknownEither(Schema.Tuple(Body, Values))

const bytesOf = (hex: string): Buffer => Buffer.from(hex.slice(2), "hex")

const answersOf = ({ rpc }: ApiPromise, { hash }: BlockReference): Promise<readonly [unknown, unknown]> =>
  Promise.all([rpc("chain_getBlock", hash), rpc("state_queryStorageAt", [EVENTS, TIMESTAMP_KEY, LAST_UPGRADE], hash)])

const rawOf = (
  endpoint: string,
  { number, hash }: BlockReference,
  answers: readonly [unknown, unknown]
): Either.Either<RawBlock, OperationFailed> => {
  const unreadable = (reason: string) => Either.left(unreadableBlock(number, reason))
  const decoded = decodeAnswers(answers)
  // The message may quote the whole block, so it is shortened.
  if (Either.isLeft(decoded)) return unreadable(`unexpected answer of the node: ${decoded.left.message.slice(0, LONGEST_REASON)}`)
  const [body, sets] = decoded.right
  // The node has pruned the bodies of old blocks.
  if (body === null) return Either.left(blockForgotten(endpoint, number))
  const values = new Map(sets.flatMap(({ changes }) => changes))
  const [now, upgrade] = [values.get(TIMESTAMP_KEY) ?? null, values.get(LAST_UPGRADE) ?? null]
  if (upgrade === null) return unreadable("its state has no runtime version")
  const { block } = body
  return Either.right({
    number,
    hash,
    parentHash: block.header.parentHash,
    time: now === null ? 0 : Number(bytesOf(now).readBigUInt64LE(0)),
    extrinsics: block.extrinsics,
    events: values.get(EVENTS) ?? "0x00",
    specVersion: Number(decodeCompact(bytesOf(upgrade)))
  })
}

/** Reads blocks with two requests each, which are sent together. */
export const readRaw: (
  blocks: ReadonlyArray<BlockReference>
) => Effect.Effect<ReadonlyArray<RawBlock>, ChainUnavailable | OperationFailed, Chain> = Effect.fn("indexer.readRaw")(function* (
  blocks: ReadonlyArray<BlockReference>
) {
  const { endpoint, read } = yield* Chain
  const [first, ...others] = blocks
  if (first === undefined) return []
  return yield* read("blocks", (api) => Promise.all(blocks.map((block) => answersOf(api, block)))).pipe(
    Effect.flatMap((all) => Either.all(Arrays.zipWith(blocks, all, (block, answers) => rawOf(endpoint, block, answers)))),
    Effect.catchTag("ChainUnavailable", (error) => {
      if (!isPruned(error)) return Effect.fail(error)
      return others.length === 0
        ? Effect.fail(blockForgotten(endpoint, first.number))
        : Effect.map(
            Effect.forEach(blocks, (block) => readRaw([block])),
            (found) => found.flat()
          )
    })
  )
})
