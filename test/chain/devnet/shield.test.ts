/** The dev chain's MEV shield: a transaction encrypted with the chain's key executes after its carrier. */

import { assert, describe, it } from "@effect/vitest"
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { hexToU8a, u8aConcat, u8aToHex } from "@polkadot/util"
import { Effect, Schedule } from "effect"
import { alpha, stage } from "../../support/runtime/support.ts"

/** Methods of Bun's Web Crypto that its types lack. */
interface KeyEncapsulation {
  readonly importKey: (
    format: "raw-public",
    key: Uint8Array,
    algorithm: { readonly name: "ML-KEM-768" },
    extractable: boolean,
    usages: readonly ["encapsulateBits"]
  ) => Promise<CryptoKey>
  readonly encapsulateBits: (
    algorithm: { readonly name: "ML-KEM-768" },
    key: CryptoKey
  ) => Promise<{ readonly sharedKey: ArrayBuffer; readonly ciphertext: ArrayBuffer }>
}

/** Encrypted as by Bittensor's clients: hash of the key, length and bytes of the encapsulated secret, nonce, ciphertext. */
const encrypted = async (publicKey: Uint8Array, plain: Uint8Array): Promise<Uint8Array> => {
  const subtle = crypto.subtle as unknown as KeyEncapsulation // Bun has ML-KEM, its types do not
  const key = await subtle.importKey("raw-public", publicKey, { name: "ML-KEM-768" }, false, ["encapsulateBits"])
  const { ciphertext, sharedKey } = await subtle.encapsulateBits({ name: "ML-KEM-768" }, key)
  const nonce = crypto.getRandomValues(new Uint8Array(24))
  const encapsulated = new Uint8Array(ciphertext)
  const length = new Uint8Array([encapsulated.length & 255, encapsulated.length >> 8])
  return u8aConcat(new Uint8Array(16), length, encapsulated, nonce, xchacha20poly1305(new Uint8Array(sharedKey), nonce).encrypt(plain))
}

describe("an encrypted transaction", () => {
  it.scopedLive("is carried out once its carrier is in a block, and others are as if they had never been", () =>
    Effect.gen(function* () {
      const { api, address, keys, attempt, blocks } = yield* stage()
      const publicKey = yield* Effect.promise(async () => hexToU8a((await api.query.mevShield?.nextKey?.())?.toHex()))
      assert.strictEqual(publicKey.length, 1_186, "1,184 bytes, and their length")
      const free = Effect.promise(async () => {
        const account = (await api.query.system?.account?.(address("Hot5")))?.toJSON()
        return BigInt(String((account as { data: { free: number } }).data.free)) // what the metadata says
      })
      /** A transfer of one TAO, signed with the nonce after the carrier's. */
      const inner = (nonce: number) =>
        Effect.promise(async () => {
          const transfer = api.tx.balances?.transferKeepAlive?.(address("Hot5"), alpha)
          if (transfer === undefined) throw new Error("no transfers")
          return (await transfer.signAsync(keys.Nominator, { nonce })).toU8a()
        })
      const submit = (bytes: Uint8Array) => attempt("Nominator", "mevShield", "submitEncrypted", u8aToHex(bytes))
      const sealed = (nonce: number) => Effect.flatMap(inner(nonce), (plain) => Effect.promise(() => encrypted(publicKey.slice(2), plain)))

      assert.strictEqual(yield* submit(yield* sealed(1)), "done")
      const freeIs = (wanted: bigint) => Effect.repeat(free, { until: (found) => found >= wanted, schedule: Schedule.spaced("20 millis") })
      yield* freeIs(alpha)
      assert.strictEqual(yield* free, alpha)
      // Tampered with, too short, and signed for a used nonce.
      const altered = yield* sealed(3)
      altered.set([(altered.at(-1) ?? 0) ^ 1], altered.length - 1)
      for (const bytes of [altered, new Uint8Array(10), yield* sealed(2)]) assert.strictEqual(yield* submit(bytes), "done")
      // Earlier ones have been opened once this one has.
      assert.strictEqual(yield* submit(yield* sealed(6)), "done")
      yield* freeIs(2n * alpha)
      yield* blocks(2)
      assert.strictEqual(yield* free, 2n * alpha)
      assert.strictEqual(yield* submit(new Uint8Array(8_193)).pipe(Effect.catchAll(() => Effect.succeed("unsendable"))), "unsendable")
    })
  )
})
