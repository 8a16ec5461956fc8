/** Derives a key, and the contents of its files, from a secret. */
import { Effect, Redacted } from "effect"
import { toHex } from "../../../domain/hex.ts"
import { fromPrivateKey, fromSeed, type KeyPair, privateKeyOf, type Scheme } from "../../../domain/KeyPair.ts"
import { format, type KeyfileJson, NotAKeyfile, type Secret } from "./keyfile.ts"
import { type InvalidSecretUri, keyPairOf, seedOfPhrase } from "./secretUri.ts"

const makeKey = (scheme: Scheme, make: () => KeyPair) =>
  Effect.try({ try: make, catch: () => new NotAKeyfile({ reason: `its secret is not an ${scheme} key` }) })

/** Derives the key. With sr25519, a phrase may be followed by a derivation path. */
export const keyPairOfSecret = (secret: Secret, scheme: Scheme): Effect.Effect<KeyPair, InvalidSecretUri | NotAKeyfile> => {
  switch (secret._tag) {
    case "Phrase":
      return scheme === "sr25519" ? keyPairOf(secret.phrase) : Effect.map(seedOfPhrase(secret.phrase), (seed) => fromSeed(seed, scheme))
    case "Seed":
      return makeKey(scheme, () => fromSeed(Redacted.value(secret.seed), scheme))
    case "PrivateKey": {
      const bytes = Redacted.value(secret.privateKey)
      return makeKey(scheme, () => {
        if (bytes.length !== (scheme === "ed25519" ? 32 : 64)) throw new RangeError("another scheme's private key")
        return scheme === "ed25519" ? fromSeed(bytes, scheme) : fromPrivateKey(bytes)
      })
    }
  }
}

export interface NewFiles {
  readonly pair: KeyPair
  /** The secret file's bytes, unencrypted. */
  readonly secret: Redacted.Redacted<Uint8Array>
  readonly public: Uint8Array
}

/** The contents of the key's files: the private key, and the phrase and seed if the secret has them. */
export const filesOf = (secret: Secret, scheme: Scheme): Effect.Effect<NewFiles, InvalidSecretUri | NotAKeyfile> =>
  Effect.gen(function* () {
    const seed =
      secret._tag === "Phrase" ? yield* seedOfPhrase(secret.phrase) : secret._tag === "Seed" ? Redacted.value(secret.seed) : undefined
    const pair = yield* keyPairOfSecret(secret, scheme)
    const privateKey =
      secret._tag === "PrivateKey"
        ? Redacted.value(secret.privateKey)
        : scheme === "sr25519" && seed !== undefined
          ? privateKeyOf(seed)
          : seed
    const account = toHex(pair.publicKey)
    const publicPart = { accountId: account, publicKey: account, ss58Address: pair.address }
    const file: KeyfileJson = {
      ...publicPart,
      ...(privateKey === undefined ? {} : { privateKey: toHex(privateKey) }),
      ...(secret._tag === "Phrase" ? { secretPhrase: Redacted.value(secret.phrase) } : {}),
      ...(seed === undefined ? {} : { secretSeed: toHex(seed) })
    }
    return { pair, secret: Redacted.make(format(file, scheme)), public: format(publicPart, scheme) }
  })
