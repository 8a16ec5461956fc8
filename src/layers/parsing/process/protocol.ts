/**
 * The protocol between a parsing process and its parent: blocks of bytes, each after a head of numbers (u32, little-endian). A request is one version
 * of a file and the wanted result; there is one reply for each, in order.
 */

/** The length of a request's head, in bytes. */
export const REQUEST_HEAD = 20
export const REPLY_HEAD = 16

const headOf = (...numbers: ReadonlyArray<number>): Uint8Array => new Uint8Array(new Uint32Array(numbers).buffer)

const numbersOf = (head: Uint8Array): Uint32Array => new Uint32Array(head.slice().buffer)

const WANTED = ["tally", "fingerprints", "comments"] as const
/** `tally`: as in tally.ts. `fingerprints`: as in fingerprint.ts. `comments`: their places, as in commentPlaces.ts. */
export type WantedResult = (typeof WANTED)[number]

/** `maximumBytes`: the parser's memory limit. `budgetMs`: of the processor's time, for the parse. The grammar's name and the text follow the head. */
export interface RequestHead {
  readonly wanted: WantedResult
  readonly nameBytes: number
  readonly textBytes: number
  readonly budgetMs: number
  readonly maximumBytes: number
}

export const encodeRequest = ({ wanted, nameBytes, textBytes, budgetMs, maximumBytes }: RequestHead): Uint8Array =>
  headOf(WANTED.indexOf(wanted), nameBytes, textBytes, Math.max(1, Math.ceil(budgetMs)), maximumBytes)

export const decodeRequest = (head: Uint8Array): RequestHead => {
  const [number = 0, nameBytes = 0, textBytes = 0, budgetMs = 0, maximumBytes = 0] = numbersOf(head)
  return { wanted: WANTED[number] ?? "tally", nameBytes, textBytes, budgetMs, maximumBytes }
}

const TAGS = ["ready", "done", "timedOut", "failed"] as const
/** `failed`: the parser is unusable, and the process ends; the block is the reason in UTF-8. `done`: the block is the result. */
export type ReplyTag = (typeof TAGS)[number]

/** `memoryBytes`: the memory that the process holds. `usedMs`: the processor's time since its last reply. */
export interface ReplyHead {
  readonly tag: ReplyTag
  readonly bytes: number
  readonly memoryBytes: number
  readonly usedMs: number
}

const MOST = 2 ** 32 - 1

export const encodeReply = ({ tag, bytes, memoryBytes, usedMs }: ReplyHead): Uint8Array =>
  headOf(TAGS.indexOf(tag), bytes, Math.min(MOST, memoryBytes), Math.min(MOST, Math.round(usedMs)))

/** The largest block of a reply: a text of a megabyte has at most as many leaves, of 24 bytes each. */
export const LARGEST_REPLY = 32 << 20

/** Decodes a reply's head; throws for a malformed one. */
export const decodeReply = (head: Uint8Array): ReplyHead => {
  const [number = 0, bytes = 0, memoryBytes = 0, usedMs = 0] = numbersOf(head)
  const tag = TAGS[number]
  if (tag === undefined || bytes > LARGEST_REPLY) throw new Error("a parsing process wrote what is no reply")
  return { tag, bytes, memoryBytes, usedMs }
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
