/** Hexadecimal text as the chain and its tools write bytes: 0x and lower-case digits. */
import { bytesToHex } from "@noble/hashes/utils.js"

/** Pass this text to polkadot.js for bytes without a length prefix: it adds one to a byte array. */
export type Hex = `0x${string}`

/** Bytes as 0x-hex. polkadot.js's byte arrays are bytes too, but their own `toHex` already writes 0x, so it is not called. */
export const toHex = (bytes: Uint8Array): Hex => `0x${bytesToHex(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))}`
