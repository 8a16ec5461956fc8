/** The parts of SCALE that the node itself needs. Everything else passes through as bytes. */
import { compactSize, decodeCompact, encodeCompact } from "../../../../src/domain/compact.ts"

export { encodeCompact as compact }

/** A cursor over bytes. Reading past the end throws a RangeError. */
export class ScaleReader {
  private offset = 0

  constructor(private readonly bytes: Uint8Array) {}

  /** The number of bytes read so far. */
  get position(): number {
    return this.offset
  }

  /** The number of bytes left. */
  get remaining(): number {
    return this.bytes.length - this.offset
  }

  take(length: number): Uint8Array {
    if (length > this.remaining) throw new RangeError(`needed ${length} bytes, ${this.remaining} are left`)
    const part = this.bytes.subarray(this.offset, this.offset + length)
    this.offset += length
    return part
  }

  u8(): number {
    return this.take(1)[0] ?? 0
  }

  /** Reads a little-endian unsigned integer of `width` bytes. */
  unsigned(width: number): bigint {
    let value = 0n
    const part = this.take(width)
    for (let index = width - 1; index >= 0; index--) value = (value << 8n) | BigInt(part[index] ?? 0)
    return value
  }

  u32(): number {
    return Number(this.unsigned(4))
  }

  compact(): bigint {
    return decodeCompact(this.take(compactSize(this.bytes[this.offset] ?? 0)))
  }

  lengthPrefixed(): Uint8Array {
    return this.take(Number(this.compact()))
  }

  text(): string {
    return new TextDecoder().decode(this.lengthPrefixed())
  }

  /** Reads a list with a length prefix. */
  list<A>(read: (reader: ScaleReader) => A): Array<A> {
    const length = Number(this.compact())
    const items: Array<A> = []
    for (let index = 0; index < length; index++) items.push(read(this))
    return items
  }
}

/** Encodes a little-endian unsigned integer of `width` bytes. */
export const unsigned = (value: number | bigint, width: number): Uint8Array => {
  const out = new Uint8Array(width)
  if (typeof value === "number" && value < 2 ** 32) {
    for (let index = 0; index < width && index < 4; index++) out[index] = value >>> (8 * index)
    return out
  }
  let rest = BigInt(value)
  for (let index = 0; index < width; index++) {
    out[index] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return out
}

export const lengthPrefixed = (bytes: Uint8Array): Uint8Array => concat([encodeCompact(bytes.length), bytes])

export const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}
