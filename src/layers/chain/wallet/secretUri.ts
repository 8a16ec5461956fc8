/**
 * Substrate's secret URIs: `phrase//hard/soft///password`. A hexadecimal seed may replace the phrase; without either, the well-known development phrase
 * is used (`//Alice`). polkadot.js, which implements the derivations, is loaded on first use.
 */

import { Effect, Redacted, Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import { fromSecretKey, type KeyPair } from "../../../domain/KeyPair.ts"
import { PHRASE_LENGTHS, type PhraseLength } from "./phraseLengths.ts"

/** Public by design: every Substrate tool derives development keys from it. */
const DEVELOPMENT_PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
/** The seed of that phrase, after 2,048 hashes, without a password. */
const DEVELOPMENT_SEED = "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e"

/** Completes a bare path with the development phrase or seed. */
const completedUri = (uri: string): string =>
  uri.startsWith("/") ? `${uri.includes("///") ? DEVELOPMENT_PHRASE : DEVELOPMENT_SEED}${uri}` : uri

export class InvalidSecretUri extends Schema.TaggedError<InvalidSecretUri>()("InvalidSecretUri", { reason: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `the secret URI cannot be read: ${this.reason} (like //Alice, or a phrase of 12 to 24 words)`
  }
}

const isPhraseLength = (words: number): boolean => PHRASE_LENGTHS.some((length) => length === words)

const derive = async (uri: string): Promise<KeyPair | InvalidSecretUri> => {
  const library = await import("@polkadot/util-crypto")
  await library.cryptoWaitReady()
  const full = completedUri(uri)
  if (!/^[^/]+(?:\/\/?[^/]+)*(?:\/\/\/.*)?$/u.test(full)) return new InvalidSecretUri({ reason: "a path is written //hard or /soft" })
  const { phrase, path, password } = library.keyExtractSuri(full)
  const isSeed = /^0x[0-9a-fA-F]{64}$/.test(phrase)
  // polkadot.js accepts any short text as a seed, but a mistyped name must not become a key.
  if (!isSeed && !(isPhraseLength(phrase.split(" ").length) && library.mnemonicValidate(phrase)))
    return new InvalidSecretUri({ reason: "it starts neither with a valid phrase nor with a seed of 32 bytes" })
  const seed = isSeed ? Buffer.from(phrase.slice(2), "hex") : library.mnemonicToMiniSecret(phrase, password)
  return fromSecretKey(library.keyFromPath(library.sr25519PairFromSeed(seed), path, "sr25519").secretKey)
}

export const keyPairOf = (uri: Redacted.Redacted<string>): Effect.Effect<KeyPair, InvalidSecretUri> =>
  Effect.tryPromise({
    try: () => derive(Redacted.value(uri).trim()),
    // The library's message may quote the secret.
    catch: () => new InvalidSecretUri({ reason: "its phrase or path is malformed" })
  }).pipe(Effect.flatMap((result) => ("_tag" in result ? Effect.fail(result) : Effect.succeed(result))))

export const newPhrase = (words: PhraseLength): Effect.Effect<Redacted.Redacted<string>> =>
  Effect.promise(async () => {
    const { mnemonicGenerate } = await import("@polkadot/util-crypto")
    return Redacted.make(mnemonicGenerate(words))
  })

/** The 32-byte seed of a phrase without a path. */
export const seedOfPhrase = (phrase: Redacted.Redacted<string>): Effect.Effect<Uint8Array, InvalidSecretUri> =>
  Effect.tryPromise({
    try: async () => {
      const library = await import("@polkadot/util-crypto")
      await library.cryptoWaitReady()
      const text = Redacted.value(phrase)
      return isPhraseLength(text.split(" ").length) && library.mnemonicValidate(text) ? library.mnemonicToMiniSecret(text) : undefined
    },
    catch: () => new InvalidSecretUri({ reason: "its phrase is malformed" })
  }).pipe(
    Effect.flatMap((seed) =>
      seed === undefined ? new InvalidSecretUri({ reason: "it is not a phrase, or its checksum is wrong" }) : Effect.succeed(seed)
    )
  )
