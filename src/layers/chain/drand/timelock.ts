/**
 * Encrypts to a round of the Quicknet beacon in the layout of arkworks, as Subtensor decrypts weight commitments: U (G2, 96 bytes) ‖ vec(V) ‖ vec(W)
 * ‖ vec(vec(AES-256-GCM ciphertext and tag) ‖ vec(nonce)) ‖ vec("AES_GCM_"). A vec is its length in eight bytes, little-endian, and its bytes. Loaded
 * when weights are committed, because the curve is slow to initialise.
 */
import { gcm } from "@noble/ciphers/aes.js"
import { bls12_381 } from "@noble/curves/bls12-381.js"
import { equalBytes } from "@noble/curves/utils.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes, hexToBytes, randomBytes } from "@noble/hashes/utils.js"
import { Either, Schema } from "effect"
import { DOMAIN, PUBLIC_KEY } from "./quicknet.ts"

/** The signature does not decrypt these bytes. */
export class TimelockBroken extends Schema.TaggedError<TimelockBroken>()("TimelockBroken", { reason: Schema.String }) {
  override get message() {
    return `the timelock can't be opened: ${this.reason}`
  }
}

const { G1, G2, pairing, fields } = bls12_381
const ORDER = fields.Fr.ORDER
const SUITE = new TextEncoder().encode("AES_GCM_")
const NONCE_BYTES = 12

const bigEndian = (round: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round))
  return bytes
}

const pointOf = (round: number) => G1.hashToCurve(sha256(bigEndian(round)), { DST: DOMAIN })

const littleEndian = (element: bigint): Uint8Array => hexToBytes(element.toString(16).padStart(96, "0")).reverse()

/** Serialises an element of the pairing's target group as arkworks does: twelve field elements in the order of the tower. */
const targetBytes = ({ c0, c1 }: ReturnType<typeof pairing>): Uint8Array =>
  concatBytes(...[c0, c1].flatMap((half) => [half.c0, half.c1, half.c2].flatMap((pair) => [littleEndian(pair.c0), littleEndian(pair.c1)])))

const xor = (left: Uint8Array, right: Uint8Array): Uint8Array => left.map((byte, index) => byte ^ (right[index] ?? 0))

const scalarOf = (sigma: Uint8Array, key: Uint8Array): bigint => BigInt(`0x${bytesToHex(sha256(concatBytes(sigma, key)))}`) % ORDER

const vec = (bytes: Uint8Array): Uint8Array => {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true)
  return concatBytes(length, bytes)
}

/** Encrypts a payload until the beacon signs a round; different bytes each time. */
export const encrypt = (payload: Uint8Array, round: number): Uint8Array => {
  const sigma = sha256(randomBytes(32))
  const key = randomBytes(32)
  const scalar = scalarOf(sigma, key)
  const shared = pairing(pointOf(round), G2.Point.fromHex(PUBLIC_KEY).multiply(scalar))
  const nonce = randomBytes(NONCE_BYTES)
  return concatBytes(
    G2.Point.BASE.multiply(scalar).toBytes(),
    vec(xor(sigma, sha256(targetBytes(shared)))),
    vec(xor(key, sha256(sigma))),
    vec(concatBytes(vec(gcm(key, nonce).encrypt(payload)), vec(nonce))),
    vec(SUITE)
  )
}

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
    if (count > bytes.length - at) throw new TimelockBroken({ reason: "it ends too early" })
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
  const broken = (reason: string) => new TimelockBroken({ reason })
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
    catch: (cause) => (cause instanceof TimelockBroken ? cause : new TimelockBroken({ reason: String(cause) }))
  })
