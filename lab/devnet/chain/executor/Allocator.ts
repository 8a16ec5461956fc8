/** The smallest allocation in bytes; sizes are this times a power of two. */
const smallest = 8
const orders = 23
const headerSize = 8
const pageSize = 65_536

const aligned = (address: number) => (address + 7) & ~7

/** Substrate's freeing-bump allocator for the runtime's heap: free lists by power of two, without coalescing. */
export class Allocator {
  private bump: number
  private readonly free: Array<Array<number>> = Array.from({ length: orders }, () => [])
  private buffer: ArrayBuffer
  private numbers: DataView

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly heapBase: number
  ) {
    this.bump = aligned(heapBase)
    this.buffer = memory.buffer
    this.numbers = new DataView(this.buffer)
  }

  /** The memory as numbers, renewed after growth: growing the memory detaches the old buffer, which becomes empty. */
  private fresh(): DataView {
    if (this.buffer.byteLength === 0) {
      this.buffer = this.memory.buffer
      this.numbers = new DataView(this.buffer)
    }
    return this.numbers
  }

  /** Drops all allocations. */
  reset(): void {
    this.bump = aligned(this.heapBase)
    for (const list of this.free) list.length = 0
  }

  /** The end of the highest allocation ever made. */
  get top(): number {
    return this.bump
  }

  /** The address of `size` free bytes. Throws a RangeError for more than 32 MiB at once or 4 GiB in total. */
  allocate(size: number): number {
    const order = Math.max(0, 32 - Math.clz32(Math.max(size, smallest) - 1) - 3)
    const list = this.free[order]
    if (list === undefined) throw new RangeError(`the runtime asked for ${size} bytes at once`)
    const reused = list.pop()
    const at = reused ?? this.bump
    if (reused === undefined) {
      this.bump += headerSize + (smallest << order)
      const missing = this.bump - this.memory.buffer.byteLength
      if (missing > 0) this.memory.grow(Math.max(Math.ceil(missing / pageSize), 64))
    }
    this.fresh().setUint32(at, order, true)
    return at + headerSize
  }

  release(address: number): void {
    const at = address - headerSize
    const order = this.fresh().getUint32(at, true)
    this.free[order]?.push(at)
  }
}
