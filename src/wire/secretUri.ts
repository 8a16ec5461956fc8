/**
 * Substrate's secret URIs: `phrase//hard/soft///password`, a hexadecimal seed in place of the phrase, or nothing in place of it for the
 * well-known development phrase (`//Alice`). polkadot.js knows the derivations; it is loaded here, when a phrase or path is first used.
 */
import { Effect, Redacted, Schema } from "effect"
import { fromSecretKey, type KeyPair } from "../domain/KeyPair.ts"

/** Public by design: every Substrate tool derives its development keys from it. */
const DEVELOPMENT_PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"

export class InvalidSecretUri extends Schema.TaggedError<InvalidSecretUri>()("InvalidSecretUri", { reason: Schema.String }) {
  override get message() {
    return `the secret URI cannot be read: ${this.reason} (like //Alice, or a phrase of 12 to 24 words)`
  }
}

const WORDS = [12, 15, 18, 21, 24]

const derive = async (uri: string): Promise<KeyPair | InvalidSecretUri> => {
  const library = await import("@polkadot/util-crypto")
  await library.cryptoWaitReady()
  const full = uri.startsWith("/") ? `${DEVELOPMENT_PHRASE}${uri}` : uri
  if (!/^[^/]+(?:\/\/?[^/]+)*(?:\/\/\/.*)?$/u.test(full)) return new InvalidSecretUri({ reason: "a path is written //hard or /soft" })
  const { phrase, path, password } = library.keyExtractSuri(full)
  const isSeed = /^0x[0-9a-fA-F]{64}$/.test(phrase)
  // polkadot.js would take any short text as a seed of its own; a mistyped name must not become somebody's key.
  if (!isSeed && !(WORDS.includes(phrase.split(" ").length) && library.mnemonicValidate(phrase)))
    return new InvalidSecretUri({ reason: "it starts neither with a phrase whose checksum is right nor with a seed of 32 bytes" })
  const seed = isSeed ? Buffer.from(phrase.slice(2), "hex") : library.mnemonicToMiniSecret(phrase, password)
  return fromSecretKey(library.keyFromPath(library.sr25519PairFromSeed(seed), path, "sr25519").secretKey)
}

/** The key behind a secret URI. */
export const keyPairOf = (uri: Redacted.Redacted<string>): Effect.Effect<KeyPair, InvalidSecretUri> =>
  Effect.tryPromise({
    try: () => derive(Redacted.value(uri).trim()),
    // The library's own message may quote the secret.
    catch: () => new InvalidSecretUri({ reason: "its phrase or path is malformed" })
  }).pipe(Effect.flatMap((result) => ("_tag" in result ? Effect.fail(result) : Effect.succeed(result))))
