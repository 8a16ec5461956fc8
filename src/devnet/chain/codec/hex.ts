/** Hexadecimal text: `0x…` at the edges (JSON-RPC), bare lower-case digits as map keys inside the node. */

/** Bare lower-case digits: keeps the order of the bytes, so it can index a sorted map. */
export type BareHex = string

/** With the `0x` in front, as JSON-RPC writes bytes. */
export type Hex = `0x${string}`

const digits = /^[0-9a-f]*$/

/** The digits of some bytes, without `0x`. */
export const toBareHex = (bytes: Uint8Array): BareHex => bytes.toHex()

/** The digits of some bytes, with `0x`. */
export const toHex = (bytes: Uint8Array): Hex => `0x${bytes.toHex()}`

/** The bytes of digits without `0x`. The digits must come from this module or have passed {@link parseHex}. */
export const fromBareHex = (hex: BareHex): Uint8Array => Uint8Array.fromHex(hex)

/** Bare digits of a client's text; undefined if it is not whole bytes. The 0x may be missing, as Substrate allows and Python's client does. */
export const parseHex = (text: string): BareHex | undefined => {
  const bare = (text.startsWith("0x") ? text.slice(2) : text).toLowerCase()
  return bare.length % 2 === 0 && digits.test(bare) ? bare : undefined
}
