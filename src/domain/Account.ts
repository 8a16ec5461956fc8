/**
 * An account of the chain: a 32-byte public key, written as SS58 with prefix 42. The codec uses @scure/base and blake2b because importing
 * @polkadot/util-crypto adds 80 ms to every start, this 6 ms.
 */

import { blake2b } from "@noble/hashes/blake2.js"
import { hexToBytes } from "@noble/hashes/utils.js"
import { base58 } from "@scure/base"
import { Effect, Option, Schema } from "effect"
import { InvalidInput } from "./failures.ts"
import { toHex } from "./hex.ts"

/** The prefix of Bittensor's addresses: Substrate's generic one. */
export const SS58_PREFIX = 42

const CHECKSUM_CONTEXT = new TextEncoder().encode("SS58PRE")
const PUBLIC_KEY_BYTES = 32
const CHECKSUM_BYTES = 2

const checksum = (prefixed: Uint8Array): Uint8Array => {
  const input = new Uint8Array(CHECKSUM_CONTEXT.length + prefixed.length)
  input.set(CHECKSUM_CONTEXT)
  input.set(prefixed, CHECKSUM_CONTEXT.length)
  return blake2b(input, { dkLen: 64 }).subarray(0, CHECKSUM_BYTES)
}

/** The 32 bytes behind an address; none if the text is not an address of prefix 42 with a valid checksum. */
export const decodeAddress = (text: string): Option.Option<Uint8Array> => {
  if (text.length < 46 || text.length > 49) return Option.none()
  return Option.liftThrowable(() => base58.decode(text))().pipe(
    Option.filter((bytes) => {
      if (bytes.length !== 1 + PUBLIC_KEY_BYTES + CHECKSUM_BYTES || bytes[0] !== SS58_PREFIX) return false
      const expected = checksum(bytes.subarray(0, 1 + PUBLIC_KEY_BYTES))
      return expected[0] === bytes[33] && expected[1] === bytes[34]
    }),
    Option.map((bytes) => bytes.slice(1, 1 + PUBLIC_KEY_BYTES))
  )
}

/** Cache of decoded addresses: decoding one takes ten times as long as using its key. */
const publicKeys = new Map<string, Uint8Array>()
const CACHED_ADDRESSES = 16_384

const publicKeyOf = (text: string): Option.Option<Uint8Array> => {
  const known = publicKeys.get(text)
  if (known !== undefined) return Option.some(known)
  const decoded = decodeAddress(text)
  if (Option.isSome(decoded)) {
    if (publicKeys.size >= CACHED_ADDRESSES) publicKeys.clear()
    publicKeys.set(text, decoded.value)
  }
  return decoded
}

/** An SS58 address of prefix 42 with a valid checksum. */
export const AccountAddress = Schema.String.pipe(
  Schema.filter((text) => Option.isSome(publicKeyOf(text)), {
    identifier: "AccountAddress",
    message: (issue) => `"${String(issue.actual)}" is not an account address: it must be SS58 with prefix 42, like 5GrwvaEF…`
  }),
  Schema.brand("AccountAddress")
)
export type AccountAddress = typeof AccountAddress.Type

/** An account's public key: 0x and 64 lower-case hexadecimal digits. */
export const PublicKey = Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/), Schema.brand("PublicKey"))
export type PublicKey = typeof PublicKey.Type

/** A hash: 0x and 64 lower-case hexadecimal digits. */
export const Hash32 = Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/), Schema.brand("Hash32"))
export type Hash32 = typeof Hash32.Type

/** The bytes of a hash or other 0x-prefixed hexadecimal text. */
export const hashBytes = (hash: string): Uint8Array => hexToBytes(hash.replace(/^0x/, ""))

const invalid = (input: string) =>
  new InvalidInput({
    message: `"${input}" is not an account address: it must be SS58 with prefix 42 and a valid checksum, like 5GrwvaEF…`
  })

/** Parses an address typed by a person. */
export const parse = (input: string): Effect.Effect<AccountAddress, InvalidInput> =>
  Schema.decodeUnknown(AccountAddress)(input.trim()).pipe(Effect.mapError(() => invalid(input)))

/** The address of a 32-byte public key. Any other length is a caller's defect. */
export const fromPublicKey = (publicKey: Uint8Array): AccountAddress => {
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError(`a public key has 32 bytes, not ${publicKey.length}`)
  const bytes = new Uint8Array(1 + PUBLIC_KEY_BYTES + CHECKSUM_BYTES)
  bytes[0] = SS58_PREFIX
  bytes.set(publicKey, 1)
  bytes.set(checksum(bytes.subarray(0, 1 + PUBLIC_KEY_BYTES)), 1 + PUBLIC_KEY_BYTES)
  return AccountAddress.make(base58.encode(bytes))
}

/** The 32 bytes behind an address. Cannot fail: the brand guarantees them. */
export const toPublicKey = (address: AccountAddress): Uint8Array =>
  Option.getOrThrowWith(publicKeyOf(address), () => invalid(address)).slice()

export const toPublicKeyHex = (address: AccountAddress): PublicKey => PublicKey.make(toHex(toPublicKey(address)))
