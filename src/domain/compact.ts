/** SCALE's compact form of whole numbers: the two lowest bits of the first byte give the number of bytes. */

/** How many bytes a compact number takes, by its first byte. */
export const compactSize = (first: number): number => [1, 2, 4, 5 + (first >> 2)][first & 3] ?? 1

const littleEndian = (value: bigint, width: number): Uint8Array => {
  const bytes = new Uint8Array(width)
  let rest = value
  for (let index = 0; index < width; index++) {
    bytes[index] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

/** Encodes a number that is not negative. */
export const encodeCompact = (value: number | bigint): Uint8Array => {
  if (value < 1 << 6) return Uint8Array.of(Number(value) << 2)
  const number = BigInt(value)
  if (number < 1n << 14n) return littleEndian((number << 2n) | 1n, 2)
  if (number < 1n << 30n) return littleEndian((number << 2n) | 2n, 4)
  let width = 4
  while (number >> BigInt(8 * width) > 0n) width++
  return littleEndian((number << 8n) | BigInt(((width - 4) << 2) | 3), width + 1)
}

/** Decodes the number at the start of some bytes. Throws a RangeError if they end before it. */
export const decodeCompact = (bytes: Uint8Array): bigint => {
  const first = bytes[0] ?? 0
  const size = compactSize(first)
  if (bytes.length < size) throw new RangeError(`needed ${size} bytes, ${bytes.length} are left`)
  let value = 0n
  for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0)
  return value >> ((first & 3) === 3 ? 8n : 2n)
}
