/**
 * The protocol between a parsing process and its parent: blocks of bytes, each after a head of four numbers (u32, little-endian). A request is one version of
 * a file; there is one reply for each, in their order.
 */

export const HEAD = 16

const headOf = (numbers: readonly [number, number, number, number]): Uint8Array => new Uint8Array(new Uint32Array(numbers).buffer)

const numbersOf = (head: Uint8Array): readonly [number, number, number, number] => {
  const [a = 0, b = 0, c = 0, d = 0] = new Uint32Array(head.slice().buffer)
  return [a, b, c, d]
}

/** `maximumBytes`: the parser's memory limit. `budgetMs`: for the parse. The grammar's name and the text follow the head. */
export interface RequestHead {
  readonly nameBytes: number
  readonly textBytes: number
  readonly budgetMs: number
  readonly maximumBytes: number
}

export const encodeRequest = ({ nameBytes, textBytes, budgetMs, maximumBytes }: RequestHead): Uint8Array =>
  headOf([nameBytes, textBytes, Math.max(1, Math.ceil(budgetMs)), maximumBytes])

export const decodeRequest = (head: Uint8Array): RequestHead => {
  const [nameBytes, textBytes, budgetMs, maximumBytes] = numbersOf(head)
  return { nameBytes, textBytes, budgetMs, maximumBytes }
}

const TAGS = ["ready", "tallied", "timedOut", "failed"] as const
/** `failed`: the parser cannot be used any more, and the process ends; the block is the reason in UTF-8. `tallied`: the block is a tally of tally.ts. */
export type ReplyTag = (typeof TAGS)[number]

/** `memoryBytes`: the memory that the process holds. */
export interface ReplyHead {
  readonly tag: ReplyTag
  readonly bytes: number
  readonly memoryBytes: number
}

const MOST = 2 ** 32 - 1

export const encodeReply = ({ tag, bytes, memoryBytes }: ReplyHead): Uint8Array =>
  headOf([TAGS.indexOf(tag), bytes, Math.min(MOST, memoryBytes), 0])

/** The largest block of a reply: a text of a megabyte has at most as many leaves, of 24 bytes each. */
const LARGEST_REPLY = 32 << 20

/** Throws for numbers that no parsing process writes. */
export const decodeReply = (head: Uint8Array): ReplyHead => {
  const [number, bytes, memoryBytes, none] = numbersOf(head)
  const tag = TAGS[number]
  if (tag === undefined || bytes > LARGEST_REPLY || none !== 0) throw new Error("a parsing process wrote what is no reply")
  return { tag, bytes, memoryBytes }
}

/** Cuts a stream of chunks into blocks of bytes. */
export class BlockReader {
  #buffer: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0

  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) {
      const held = this.#end - this.#start
      const target =
        held + chunk.length > this.#buffer.length / 2 ? new Uint8Array(Math.max(65_536, 2 * (held + chunk.length))) : this.#buffer
      target.set(this.#buffer.subarray(this.#start, this.#end))
      this.#buffer = target
      this.#start = 0
      this.#end = held
    }
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /** The next bytes, once they are complete. Valid until the next push. */
  take(length: number): Uint8Array | undefined {
    if (this.#end - this.#start < length) return undefined
    const taken = this.#buffer.subarray(this.#start, this.#start + length)
    this.#start += length
    return taken
  }
}
