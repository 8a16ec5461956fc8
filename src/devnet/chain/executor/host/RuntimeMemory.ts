import { Allocator } from "../Allocator.ts"

/** How the runtime passes bytes: the pointer in the low half, the length in the high half. */
export type Span = bigint

/** The runtime's static data as it is after instantiation, and its address. */
export interface Data {
  readonly bytes: Uint8Array
  readonly start: number
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

  /** Growing the memory detaches the old buffer, so get the views anew before each use. */
  private fresh(): Uint8Array {
    if (this.bytes.buffer !== this.memory.buffer) {
      this.bytes = new Uint8Array(this.memory.buffer)
      this.numbers = new DataView(this.memory.buffer)
    }
    return this.bytes
  }

  /** The bytes in place, valid until the next allocation. */
  view(address: number, length: number): Uint8Array {
    const start = address >>> 0
    const bytes = this.fresh()
    if (start + length > bytes.length) throw new RangeError(`the runtime points past its memory (${start} + ${length})`)
    return bytes.subarray(start, start + length)
  }

  /** The bytes of a span in place, valid until the next allocation. */
  span(span: Span): Uint8Array {
    return this.view(Number(span & 0xffff_ffffn), Number((span >> 32n) & 0xffff_ffffn))
  }

  write(address: number, bytes: Uint8Array): void {
    this.view(address, bytes.length).set(bytes)
  }

  /** Copies bytes into newly allocated memory and returns their span. */
  pass(bytes: Uint8Array): Span {
    const address = this.allocator.allocate(bytes.length)
    this.write(address, bytes)
    return (BigInt(bytes.length) << 32n) | BigInt(address)
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
    // The zeroes before the first constant are the stack, a megabyte that no code reads before writing it.
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
    return this.numbers.getUint32(Number(span & 0xffff_ffffn) + offset, true)
  }
}
