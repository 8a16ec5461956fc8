/** Keeps the first and the last part of a stream of bytes, whatever its length. */
export class KeptOutput {
  readonly #half: number
  readonly #first: Array<Uint8Array> = []
  #last: Array<Uint8Array> = []
  #firstBytes = 0
  #lastBytes = 0
  #omitted = 0

  /** `most`: the bytes to keep. */
  constructor(most: number) {
    this.#half = Math.ceil(most / 2)
  }

  push(chunk: Uint8Array): void {
    const room = this.#half - this.#firstBytes
    if (room > 0) {
      const head = chunk.slice(0, room)
      this.#first.push(head)
      this.#firstBytes += head.length
    }
    const rest = chunk.slice(Math.max(0, room))
    if (rest.length === 0) return
    this.#last.push(rest)
    this.#lastBytes += rest.length
    // Trim only at twice the size, which keeps many small pushes cheap.
    if (this.#lastBytes > 2 * this.#half || this.#last.length > 4096) this.#trim()
  }

  #trim(): void {
    const all = Buffer.concat(this.#last)
    const kept = all.subarray(Math.max(0, all.length - this.#half))
    this.#omitted += all.length - kept.length
    this.#last = [Uint8Array.from(kept)]
    this.#lastBytes = kept.length
  }

  get omitted(): number {
    this.#trim()
    return this.#omitted
  }

  /** The kept text, with a line that says how much is missing between the two parts. */
  text(): string {
    this.#trim()
    const [first, last] = [Buffer.concat(this.#first).toString("utf8"), Buffer.concat(this.#last).toString("utf8")]
    return this.#omitted === 0 ? first + last : `${first}\n… ${this.#omitted} bytes are left out …\n${last}`
  }
}
