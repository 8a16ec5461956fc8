/** Hexadecimal text without `0x`, for map keys inside the node. JSON-RPC uses it with `0x`, as in `domain/hex.ts`. */

/** Lower-case digits without 0x. They sort like the bytes, so they can be keys of a sorted map. */
export type BareHex = string

const digits = /^[0-9a-f]*$/

/** Encodes bytes without 0x. */
export const toBareHex = (bytes: Uint8Array): BareHex => bytes.toHex()

/** Decodes digits without 0x. They must come from this module or from {@link parseHex}. */
export const fromBareHex = (hex: BareHex): Uint8Array => Uint8Array.fromHex(hex)

/**
 * Decodes a client's text to digits without 0x; undefined unless it encodes whole bytes. The 0x is optional, as in Substrate, because Python's client
 * omits it.
 */
export const parseHex = (text: string): BareHex | undefined => {
  const bare = (text.startsWith("0x") ? text.slice(2) : text).toLowerCase()
  return bare.length % 2 === 0 && digits.test(bare) ? bare : undefined
}
