import { Allocator } from "../Allocator.ts"

/** A span of bytes as the runtime passes it: the pointer in the low half, the length in the high half. */
export type Span = bigint

/** The runtime's static data as it is after instantiation, and its address. */
export interface Data {
  readonly bytes: Uint8Array
  readonly start: number
}

/** The same span as a whole and as its halves. Faster than arithmetic with bigints; host functions pass several spans each. */
const whole = new BigUint64Array(1)
const halves = new Uint32Array(whole.buffer)

const spanOf = (address: number, length: number): Span => {
  halves[0] = address
  halves[1] = length
  return whole[0] ?? 0n
}

/** The runtime's linear memory as host functions see it. */
export class RuntimeMemory {
  private bytes: Uint8Array
  private numbers: DataView
  readonly allocator: Allocator

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly heapBase: number
  ) {
    this.bytes = new Uint8Array(memory.buffer)
    this.numbers = new DataView(memory.buffer)
    this.allocator = new Allocator(memory, heapBase)
  }

  /** The memory as bytes, renewed after growth: growing the memory detaches the old buffer, so get views anew before each use. */
  private fresh(): Uint8Array {
    if (this.bytes.length === 0) {
      this.bytes = new Uint8Array(this.memory.buffer)
      this.numbers = new DataView(this.memory.buffer)
    }
    return this.bytes
  }

  /** The whole memory. Throws a RangeError if it ends before these bytes. */
  private reaching(start: number, length: number): Uint8Array {
    const bytes = this.fresh()
    if (start + length > bytes.length) throw new RangeError(`the runtime points past its memory (${start} + ${length})`)
    return bytes
  }

  /** The bytes in place, valid until the next allocation. */
  view(address: number, length: number): Uint8Array {
    const start = address >>> 0
    return this.reaching(start, length).subarray(start, start + length)
  }

  /** The bytes of a span in place, valid until the next allocation. */
  span(span: Span): Uint8Array {
    whole[0] = span
    return this.view(halves[0] ?? 0, halves[1] ?? 0)
  }

  write(address: number, bytes: Uint8Array): void {
    const start = address >>> 0
    this.reaching(start, bytes.length).set(bytes, start)
  }

  /** Copies bytes into newly allocated memory and returns their span. */
  pass(bytes: Uint8Array): Span {
    return spanOf(this.passFixed(bytes), bytes.length)
  }

  /** Like {@link pass}, for host functions that return only an address. */
  passFixed(bytes: Uint8Array): number {
    const address = this.allocator.allocate(bytes.length)
    this.write(address, bytes)
    return address
  }

  /** Drops all allocations, restores the runtime's data and zeroes the heap. */
  reset({ bytes: pristine, start }: Data): void {
    const bytes = this.fresh()
    bytes.set(pristine, start)
    bytes.fill(0, this.heapBase, Math.min(this.allocator.top, bytes.length))
    this.allocator.reset()
  }

  /** A copy of the data below the heap. */
  data(): Data {
    const below = this.fresh().subarray(0, this.heapBase)
    // The zeroes before the first constant are the stack, a megabyte whose bytes no code reads before writing them.
    const start = Math.max(
      0,
      below.findIndex((byte) => byte !== 0)
    )
    return { bytes: below.slice(start), start }
  }

  text(span: Span): string {
    return new TextDecoder().decode(this.span(span))
  }

  u32(span: Span, offset: number): number {
    this.fresh()
    whole[0] = span
    return this.numbers.getUint32((halves[0] ?? 0) + offset, true)
  }
}
