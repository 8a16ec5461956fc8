/** Opens what `encrypt` of the product closed, as Subtensor does: the product itself never decrypts a commitment. */
import { gcm } from "@noble/ciphers/aes.js"
import { bls12_381 } from "@noble/curves/bls12-381.js"
import { equalBytes } from "@noble/curves/utils.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js"
import { Either } from "effect"
import { PUBLIC_KEY } from "../../../src/layers/chain/drand/quicknet.ts"
import { pointOf, targetBytes } from "../../../src/layers/chain/drand/timelock.ts"

/** The signature does not decrypt these bytes. */
class TimelockBroken extends Error {}
const broken = (reason: string) => new TimelockBroken(`the timelock can't be opened: ${reason}`)

const { G1, G2, pairing, fields } = bls12_381
const SUITE = new TextEncoder().encode("AES_GCM_")
const NONCE_BYTES = 12

const xor = (left: Uint8Array, right: Uint8Array): Uint8Array => left.map((byte, index) => byte ^ (right[index] ?? 0))

const scalarOf = (sigma: Uint8Array, key: Uint8Array): bigint =>
  BigInt(`0x${bytesToHex(sha256(concatBytes(sigma, key)))}`) % fields.Fr.ORDER

/** Whether a signature (48 bytes of G1) is the beacon's for this round. */
export const isSignatureOf = (round: number, signature: Uint8Array): boolean => {
  try {
    const point = G1.Point.fromBytes(signature)
    point.assertValidity()
    return fields.Fp12.eql(pairing(point, G2.Point.BASE), pairing(pointOf(round), G2.Point.fromHex(PUBLIC_KEY)))
  } catch {
    return false
  }
}

/** A sequential reader; throws if bytes are missing. */
const reader = (bytes: Uint8Array) => {
  let at = 0
  const take = (count: number): Uint8Array => {
    if (count > bytes.length - at) throw broken("it ends too early")
    at += count
    return bytes.subarray(at - count, at)
  }
  const takeVec = (): Uint8Array => {
    const length = take(8)
    return take(Number(new DataView(length.buffer, length.byteOffset).getBigUint64(0, true)))
  }
  return { take, takeVec, left: () => bytes.length - at }
}

const openWith = (commitment: Uint8Array, signature: Uint8Array): Uint8Array => {
  const outer = reader(commitment)
  const u = outer.take(96)
  const [v, w, body, suite] = [outer.takeVec(), outer.takeVec(), outer.takeVec(), outer.takeVec()]
  if (outer.left() > 0) throw broken(`${outer.left()} bytes too many`)
  if (v.length !== 32 || w.length !== 32) throw broken("its keys are not 32 bytes long")
  if (!equalBytes(suite, SUITE)) throw broken("it uses another cipher")
  const inner = reader(body)
  const [ciphertext, nonce] = [inner.takeVec(), inner.takeVec()]
  if (inner.left() > 0 || nonce.length !== NONCE_BYTES) throw broken("its ciphertext has an unknown form")
  const point = G2.Point.fromBytes(u)
  point.assertValidity()
  const sigma = xor(v, sha256(targetBytes(pairing(G1.Point.fromBytes(signature), point))))
  const key = xor(w, sha256(sigma))
  if (!equalBytes(G2.Point.BASE.multiply(scalarOf(sigma, key)).toBytes(), u)) throw broken("the signature is of another round")
  return gcm(key, nonce).decrypt(ciphertext)
}

/** Decrypts a commitment with the beacon's signature of its round (48 bytes of G1). */
export const decrypt = (commitment: Uint8Array, signature: Uint8Array): Either.Either<Uint8Array, TimelockBroken> =>
  Either.try({
    try: () => openWith(commitment, signature),
    catch: (cause) => (cause instanceof TimelockBroken ? cause : broken(String(cause)))
  })
