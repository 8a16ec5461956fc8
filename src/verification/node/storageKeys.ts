/** Keys of the chain's own storage: Substrate's hashes of pallet, item and key. Pure. */
import { blake2b } from "@noble/hashes/blake2.js"
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import { type Hex, toHex } from "../../domain/hex.ts"

const MASK = (1n << 64n) - 1n
const [P1, P2, P3, P4, P5] = [
  0x9e37_79b1_85eb_ca87n,
  0xc2b2_ae3d_27d4_eb4fn,
  0x1656_67b1_9e37_79f9n,
  0x85eb_ca77_c2b2_ae63n,
  0x27d4_eb2f_1656_67c5n
] as const
const wrap = (value: bigint): bigint => value & MASK
const turn = (value: bigint, bits: bigint): bigint => wrap(value << bits) | (value >> (64n - bits))
const round = (lane: bigint, input: bigint): bigint => wrap(turn(wrap(lane + input * P2), 31n) * P1)

/** xxHash64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), as 8 little-endian bytes. */
const xxHash64 = (bytes: Uint8Array, seed: bigint): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let hash = wrap(seed + P5)
  if (bytes.length >= 32) {
    const lanes = [wrap(seed + P1 + P2), wrap(seed + P2), seed, wrap(seed - P1)]
    for (; at + 32 <= bytes.length; at += 32)
      for (const [index, lane] of lanes.entries()) lanes[index] = round(lane, view.getBigUint64(at + 8 * index, true))
    hash = wrap([1n, 7n, 12n, 18n].reduce((sum, bits, index) => sum + turn(lanes[index] ?? 0n, bits), 0n))
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * P1 + P4)
  }
  hash = wrap(hash + BigInt(bytes.length))
  for (; at + 8 <= bytes.length; at += 8) hash = wrap(turn(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4)
  if (at + 4 <= bytes.length) {
    hash = wrap(turn(hash ^ wrap(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3)
    at += 4
  }
  for (; at < bytes.length; at++) hash = wrap(turn(hash ^ wrap(BigInt(view.getUint8(at)) * P5), 11n) * P1)
  hash = wrap((hash ^ (hash >> 33n)) * P2)
  hash = wrap((hash ^ (hash >> 29n)) * P3)
  const result = new Uint8Array(8)
  new DataView(result.buffer).setBigUint64(0, hash ^ (hash >> 32n), true)
  return result
}

const twox128 = (name: string): Uint8Array => concatBytes(xxHash64(utf8ToBytes(name), 0n), xxHash64(utf8ToBytes(name), 1n))

/** The hashers of keys that the items here use. */
export const twox64Concat = (key: Uint8Array): Uint8Array => concatBytes(xxHash64(key, 0n), key)
export const blake2Concat = (key: Uint8Array): Uint8Array => concatBytes(blake2b(key, { dkLen: 16 }), key)

/** A number in little-endian bytes. */
const littleEndian = (value: bigint | number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, place) => Number((BigInt(value) >> BigInt(8 * place)) & 0xffn))
export const u16 = (value: number): Uint8Array => littleEndian(value, 2)
export const u64 = (value: bigint): Uint8Array => littleEndian(value, 8)

/** A SCALE compact integer. */
export const compact = (value: bigint): Uint8Array => {
  if (value < 1n << 30n) {
    const mode = value < 1n << 6n ? 0 : value < 1n << 14n ? 1 : 2
    return littleEndian((value << 2n) | BigInt(mode), 1 << mode)
  }
  const length = Math.ceil(value.toString(16).length / 2)
  return concatBytes(Uint8Array.of(((length - 4) << 2) | 3), littleEndian(value, length))
}

export const storageKey = (pallet: string, item: string, ...key: ReadonlyArray<Uint8Array>): Hex =>
  toHex(concatBytes(twox128(pallet), twox128(item), ...key))
