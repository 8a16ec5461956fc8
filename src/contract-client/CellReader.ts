/** Decodes the bytes of one contract storage cell into values of the generated schemas. Pure. */
import { type AccountAddress, fromPublicKey } from "../domain/Account.ts"
import { toHex } from "../domain/hex.ts"
import { remembering } from "../domain/remembering.ts"

/** Size of the cache of addresses: cells name the same few hundred accounts repeatedly, and encoding an address costs a hash. */
const MOST_REMEMBERED = 20_000
const remembered = remembering<AccountAddress>(MOST_REMEMBERED)
const addressOf = (publicKey: Uint8Array): AccountAddress => remembered(toHex(publicKey), () => fromPublicKey(publicKey))

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** A cursor over bytes. Throws a RangeError if bytes are missing, left over or invalid. */
export class CellReader {
  private offset = 0
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  private take(length: number): number {
    const at = this.offset
    if (at + length > this.bytes.length) throw new RangeError(`${this.bytes.length} bytes instead of at least ${at + length}`)
    this.offset += length
    return at
  }

  u8(): number {
    return this.view.getUint8(this.take(1))
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true)
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true)
  }

  bool(): boolean {
    const value = this.u8()
    if (value > 1) throw new RangeError(`${value} is neither true nor false`)
    return value === 1
  }

  /** Bytes that a compact length precedes. */
  blob(): Uint8Array {
    const length = this.length()
    const at = this.take(length)
    return this.bytes.subarray(at, at + length)
  }

  /** 32 bytes as 0x and hexadecimal digits. */
  bytes32(): string {
    const at = this.take(32)
    return toHex(this.bytes.subarray(at, at + 32))
  }

  account(): AccountAddress {
    const at = this.take(32)
    return addressOf(this.bytes.subarray(at, at + 32))
  }

  /** A SCALE compact length: the number of items, or of bytes of text. */
  private length(): number {
    const first = this.u8()
    switch (first & 3) {
      case 0:
        return first >> 2
      case 1:
        return (first >> 2) | (this.u8() << 6)
      case 2:
        return ((first >> 2) | (this.u8() << 6) | (this.u16() << 14)) >>> 0
      default:
        throw new RangeError("a length of 2^30 and more")
    }
  }

  /** A SCALE compact integer. */
  compact(): bigint {
    const first = this.u8()
    switch (first & 3) {
      case 0:
        return BigInt(first >> 2)
      case 1:
        return BigInt((first >> 2) | (this.u8() << 6))
      case 2:
        return BigInt(((first >> 2) | (this.u8() << 6) | (this.u16() << 14)) >>> 0)
      default: {
        let value = 0n
        for (let place = 0n; place < BigInt((first >> 2) + 4); place++) value |= BigInt(this.u8()) << (8n * place)
        return value
      }
    }
  }

  text(): string {
    return utf8.decode(this.blob())
  }

  list<A>(read: (from: CellReader) => A): ReadonlyArray<A> {
    const length = this.length()
    const items: Array<A> = []
    for (let index = 0; index < length; index++) items.push(read(this))
    return items
  }

  option<A>(read: (from: CellReader) => A): A | null {
    return this.bool() ? read(this) : null
  }

  /** Throws if bytes are left over. */
  end(): void {
    if (this.offset !== this.bytes.length) throw new RangeError(`${this.bytes.length} bytes instead of ${this.offset}`)
  }
}

/** A reader of an enum, from those of its variants in their order. */
export const enumReader =
  <A>(type: string, variants: ReadonlyArray<(from: CellReader) => A>) =>
  (from: CellReader): A => {
    const variant = from.u8()
    const read = variants[variant]
    if (read === undefined) throw new RangeError(`${type} has no variant ${variant}`)
    return read(from)
  }
