/** Hexadecimal text as the chain and its tools write bytes: 0x and lower-case digits. */

/** polkadot.js encodes such text without a length prefix, but puts one before a byte array. */
export type Hex = `0x${string}`

/** Bytes as 0x-hex. polkadot.js's byte arrays are bytes too, although their own `toHex` already writes 0x. */
export const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`
