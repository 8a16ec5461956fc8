import { Duration, Effect, Schema } from "effect"
import { type BlockProducer, parseBlockTime } from "../BlockProducer.ts"
import type { Chain } from "../Chain.ts"
import { ScaleReader } from "../codec/scale.ts"
import { timestampKey } from "../state/keys.ts"
import { type Methods, method, Optional } from "./Method.ts"
import { invalidParams, RpcError } from "./RpcError.ts"

/** The most blocks that one request may build. */
const newBlocksLimit = 10_000
const fastForwardLimit = 1_000_000

const NewBlock = Schema.Struct({
  count: Schema.optional(Schema.Int.pipe(Schema.between(1, newBlocksLimit))),
  to: Schema.optional(Schema.NonNegativeInt)
})

const Mode = Schema.Union(Schema.String, Schema.Int.pipe(Schema.between(20, 3_600_000)))

const Time = Schema.Union(Schema.NonNegativeInt, Schema.Date)

const failed = (error: { readonly message: string }) => new RpcError({ code: -32000, message: error.message })

/** `dev_*`: operations that only a dev chain has. */
export const devMethods = (chain: Chain, producer: BlockProducer): Methods => {
  const hashOfHead = () => `0x${chain.head().hash}`
  return {
    /** Builds `{count}` blocks, or up to the number `{to}`; one block without parameters. Returns the last hash. */
    dev_newBlock: method([Optional(NewBlock)], ([wanted]) =>
      Effect.gen(function* () {
        const count = wanted?.to === undefined ? (wanted?.count ?? 1) : wanted.to - chain.head().number
        if (count < 1 || count > newBlocksLimit) return yield* invalidParams(`from 1 to ${newBlocksLimit} blocks at once, not ${count}`)
        for (let built = 0; built < count; built++) yield* Effect.mapError(chain.build, failed)
        return hashOfHead()
      })
    ),
    /** Builds this many blocks in a row and announces only some of them. Returns the last hash. */
    dev_fastForward: method([Schema.Int.pipe(Schema.between(1, fastForwardLimit))], ([count]) =>
      Effect.map(Effect.mapError(chain.fastForward(count), failed), hashOfHead)
    ),
    /** Builds a block at a later time (milliseconds or an ISO date), from which the clock continues. Returns the block's time. */
    dev_timeTravel: method([Time], ([time]) =>
      Effect.gen(function* () {
        yield* chain.travelTo(typeof time === "number" ? time : time.getTime())
        const block = yield* Effect.mapError(chain.build, failed)
        const stamp = chain.stateOf(block)?.get("", timestampKey)
        return stamp === undefined ? null : Number(new ScaleReader(stamp).unsigned(8))
      })
    ),
    /** `Instant`, `Manual`, a duration as in --block-time, or milliseconds. */
    dev_setBlockBuildMode: method([Mode], ([wanted]) =>
      Effect.gen(function* () {
        const mode = typeof wanted === "number" ? Duration.millis(wanted) : parseBlockTime(wanted.toLowerCase())
        if (mode === undefined) return yield* invalidParams(`"${wanted}" is not a block time: use instant, manual, 500ms or 12s`)
        yield* producer.setMode(mode)
        return wanted
      })
    )
  }
}
