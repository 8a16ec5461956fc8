/**
 * Encrypts to a round of the Quicknet beacon in the layout of arkworks, as Subtensor decrypts weight commitments: U (G2, 96 bytes) ‖ vec(V) ‖ vec(W)
 * ‖ vec(vec(AES-256-GCM ciphertext and tag) ‖ vec(nonce)) ‖ vec("AES_GCM_"). A vec is its length in eight bytes, little-endian, and its bytes. Loaded
 * when weights are committed, because the curve is slow to initialise.
 */
import { gcm } from "@noble/ciphers/aes.js"
import { bls12_381 } from "@noble/curves/bls12-381.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes, hexToBytes, randomBytes } from "@noble/hashes/utils.js"
import { DOMAIN, PUBLIC_KEY } from "./quicknet.ts"

const { G1, G2, pairing, fields } = bls12_381
const ORDER = fields.Fr.ORDER
const SUITE = new TextEncoder().encode("AES_GCM_")
const NONCE_BYTES = 12

const bigEndian = (round: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round))
  return bytes
}

/** The point of G1 that the beacon signs in a round. */
export const pointOf = (round: number) => G1.hashToCurve(sha256(bigEndian(round)), { DST: DOMAIN })

const littleEndian = (element: bigint): Uint8Array => hexToBytes(element.toString(16).padStart(96, "0")).reverse()

/** Serialises an element of the pairing's target group as arkworks does: twelve field elements in the order of the tower. */
export const targetBytes = ({ c0, c1 }: ReturnType<typeof pairing>): Uint8Array =>
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
