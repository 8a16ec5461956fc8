/** Accounts that are hashes, so that nobody has a key to them: a pure proxy, and the hotkey that belongs to it. */
import { blake2b } from "@noble/hashes/blake2.js"
import { Either, Schema } from "effect"
import type { Birth } from "../contract-client/generated.ts"
import { AccountAddress, fromPublicKey, toPublicKey } from "../domain/Account.ts"

const accountOf = (...parts: ReadonlyArray<Uint8Array>): AccountAddress => fromPublicKey(blake2b(Buffer.concat(parts), { dkLen: 32 }))

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

/**
 * The address of the pure proxy that was created like this, as pallet-proxy derives it: blake2b-256 of "modlpy/proxy____", spawner, block, extrinsic,
 * proxy type and index, SCALE-encoded.
 */
const pureProxyAddress = ({ spawner, block, extrinsic, proxyType, index }: Birth): AccountAddress =>
  accountOf(Buffer.from("modlpy/proxy____"), toPublicKey(spawner), u32(block), u32(extrinsic), Buffer.from([proxyType]), u16(index))

/** The treasury's hotkey: blake2b-256 of a label and the coldkey. */
const keylessHotkey = (treasuryColdkey: AccountAddress): AccountAddress =>
  accountOf(Buffer.from("gittensor/treasury-hotkey/v1"), toPublicKey(treasuryColdkey))

/** The treasury that follows from its coldkey's birth. */
export const treasuryOf = (treasuryBirth: Birth) => {
  const treasuryColdkey = pureProxyAddress(treasuryBirth)
  return { treasuryBirth, treasuryColdkey, treasuryHotkey: keylessHotkey(treasuryColdkey) }
}

const whole = (most: number) => Schema.NumberFromString.pipe(Schema.int(), Schema.between(0, most))
const Written = Schema.Struct({
  spawner: AccountAddress,
  block: whole(0xffff_ffff),
  extrinsic: whole(0xffff_ffff),
  proxyType: whole(0xff),
  index: whole(0xffff)
})

/** A birth as people pass it on: `SPAWNER:BLOCK:EXTRINSIC:TYPE:INDEX`. */
export const showBirth = ({ spawner, block, extrinsic, proxyType, index }: Birth): string =>
  [spawner, block, extrinsic, proxyType, index].join(":")

/** Reads what `showBirth` writes. */
export const parseBirth = (text: string): Either.Either<Birth, string> => {
  const [spawner, block, extrinsic, proxyType, index, ...more] = text.split(":")
  return more.length > 0
    ? Either.left("too many parts")
    : Either.mapLeft(Schema.decodeUnknownEither(Written)({ spawner, block, extrinsic, proxyType, index }), ({ message }) => message)
}
