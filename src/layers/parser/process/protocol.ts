/**
 * The protocol between a parsing process and its parent. Requests are frames: a line of JSON, followed by the bytes that it announces. Replies are lines of
 * JSON, one for each pair, in their order.
 */
import { Schema } from "effect"

/** Token weights for the pairs that follow, and the parser's memory limit. */
const Weights = Schema.TaggedStruct("weights", {
  maximumBytes: Schema.Int,
  structural: Schema.Array(Schema.Tuple(Schema.String, Schema.Number)),
  leaf: Schema.Array(Schema.Tuple(Schema.String, Schema.Number))
})

/** Two versions of a file, whose bytes follow, base first. `budgetMs`: for each parse. */
const Pair = Schema.TaggedStruct("pair", {
  grammar: Schema.String,
  base: Schema.Int,
  head: Schema.Int,
  budgetMs: Schema.Number
})

export const Frame = Schema.Union(Weights, Pair)
export type Frame = Schema.Schema.Type<typeof Frame>

const NodeSum = Schema.Struct({ count: Schema.Number, score: Schema.Number })

const Difference = Schema.Struct({
  structuralAdded: NodeSum,
  structuralDeleted: NodeSum,
  leafAdded: NodeSum,
  leafDeleted: NodeSum
})

/** `failed`: the parser cannot be used any more, and the process ends. `memoryBytes`: the memory that the process holds. */
export const Reply = Schema.Union(
  Schema.TaggedStruct("ready", {}),
  Schema.TaggedStruct("compared", {
    difference: Difference,
    timedOut: Schema.Array(Schema.Literal("base", "head")),
    memoryBytes: Schema.Int
  }),
  Schema.TaggedStruct("failed", { reason: Schema.String })
)
export type Reply = Schema.Schema.Type<typeof Reply>

/** The number of bytes that follow a frame's line. */
export const bytesAfter = (frame: Frame): number => (frame._tag === "pair" ? frame.base + frame.head : 0)

const NEWLINE = 10

/** Cuts a stream of chunks into lines and blocks of bytes. */
export class FrameReader {
  #buffer: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0
  #searched = 0

  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) {
      const held = this.#end - this.#start
      const target =
        held + chunk.length > this.#buffer.length / 2 ? new Uint8Array(Math.max(65_536, 2 * (held + chunk.length))) : this.#buffer
      target.set(this.#buffer.subarray(this.#start, this.#end))
      this.#buffer = target
      this.#searched -= this.#start
      this.#start = 0
      this.#end = held
    }
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /** The next line without its end, once it is complete. */
  line(): string | undefined {
    const at = this.#buffer.subarray(0, this.#end).indexOf(NEWLINE, Math.max(this.#start, this.#searched))
    if (at < 0) {
      this.#searched = this.#end
      return undefined
    }
    const text = new TextDecoder().decode(this.#buffer.subarray(this.#start, at))
    this.#start = at + 1
    this.#searched = this.#start
    return text
  }

  /** The next bytes, once they are complete. Valid until the next push. */
  bytes(length: number): Uint8Array | undefined {
    if (this.#end - this.#start < length) return undefined
    const taken = this.#buffer.subarray(this.#start, this.#start + length)
    this.#start += length
    this.#searched = this.#start
    return taken
  }
}
