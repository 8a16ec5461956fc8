/** Hashes that the node computes itself, by Bun's native code. */

/** BLAKE2b with 32 bytes of output. */
export const blake2b256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(new Bun.CryptoHasher("blake2b256").update(bytes).digest())

/** `rounds` concatenated little-endian xxHash64 digests with seeds 0, 1, …: Substrate's twox with 64 × `rounds` bits. */
export const twox = (bytes: Uint8Array, rounds: number): Uint8Array => {
  const out = new Uint8Array(8 * rounds)
  const view = new DataView(out.buffer)
  for (let seed = 0; seed < rounds; seed++) view.setBigUint64(8 * seed, Bun.hash.xxHash64(bytes, BigInt(seed)), true)
  return out
}
