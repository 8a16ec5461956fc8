/**
 * The operator's keys: a Bittensor wallet by name and folder, or a secret URI on a dev chain. A secret is read when its key is first used, decrypted
 * once, and never printed.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import { Context, Effect, Layer, Option, type Redacted } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { KeyPair, Scheme } from "../../../domain/KeyPair.ts"
import { cachedOutcome } from "../../machine/effects/cachedOutcome.ts"
import { type KeyfileMissing, KeyfileUnreadable, type PasswordNeeded, WrongWalletPassword } from "./errors.ts"
import { exposureOf, type FileSelection, type Ownership, passwordOf, pathsOf, readKeyfile } from "./files.ts"
import { addressIn as addressOfFile } from "./inspect.ts"
import * as Keyfile from "./keyfile.ts"
import { keyPairOfSecret } from "./keySecret.ts"
import { type InvalidSecretUri, keyPairOf } from "./secretUri.ts"

export type { KeyPair } from "../../../domain/KeyPair.ts"

export { KeyfileMissing, KeyfileUnreadable, PasswordNeeded, WrongWalletPassword } from "./errors.ts"

export type WalletError = KeyfileMissing | KeyfileUnreadable | WrongWalletPassword | PasswordNeeded | InvalidSecretUri

export class Wallet extends Context.Tag("gittensor/Wallet")<
  Wallet,
  {
    /** The key that acts on the subnet. Read once, then cached. */
    readonly hotkey: Effect.Effect<KeyPair, WalletError>
    /** The key that holds funds. Asks for its password the first time when the file is encrypted. */
    readonly coldkey: Effect.Effect<KeyPair, WalletError>
    /** Read from the public file if it exists, which needs no password. */
    readonly hotkeyAddress: Effect.Effect<AccountAddress, WalletError>
    readonly coldkeyAddress: Effect.Effect<AccountAddress, WalletError>
  }
>() {}

export type { AskPassword, FileSelection } from "./files.ts"

const makeFiles = (selection: FileSelection) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const { coldkey: coldkeyPath, hotkey: hotkeyPath } = yield* pathsOf(selection)
    const readFile = (path: string) => Effect.provideService(readKeyfile(path), FileSystem.FileSystem, fileSystem)

    const warnWhenOpen = (path: string, ownership: Ownership) => {
      const exposure = exposureOf(path, ownership)
      return exposure === undefined
        ? Effect.void
        : Effect.logWarning(exposure).pipe(Effect.annotateLogs({ mode: (ownership.mode & 0o777).toString(8) }))
    }

    const passwordFor = (path: string) => Effect.provideService(passwordOf(path, selection.askPassword), FileSystem.FileSystem, fileSystem)

    const openKeyfile = Effect.fn("Wallet.open")(function* (path: string) {
      const { bytes, ...ownership } = yield* readFile(path)
      const encryption = Keyfile.encryptionOf(bytes)
      if (encryption === undefined) {
        yield* warnWhenOpen(path, ownership)
        return yield* Keyfile.parse(bytes)
      }
      const password = yield* passwordFor(path)
      return yield* Keyfile.parse(yield* Keyfile.decrypt(bytes, encryption, password))
    })

    /** Refuses a file whose secret does not belong to the account it names: it was edited by hand or damaged. */
    const agree = (path: string, file: Keyfile.KeyfileJson, pair: KeyPair) => {
      const own = Buffer.from(pair.publicKey)
      const said = [file.accountId, file.publicKey].filter((text) => text !== undefined)
      const same = said.every((text) => own.equals(Keyfile.fromHex(text))) && (file.ss58Address ?? pair.address) === pair.address
      return same
        ? Effect.succeed(pair)
        : new KeyfileUnreadable({ path, reason: `its secret belongs to ${pair.address}, its public part names another account` })
    }

    const load = (path: string) =>
      Effect.gen(function* () {
        const file = yield* openKeyfile(path)
        const secret = Keyfile.secretOf(file)
        if (secret === undefined) return yield* new KeyfileUnreadable({ path, reason: "it holds no phrase, seed or private key" })
        const by = (scheme: Scheme) => Effect.flatMap(keyPairOfSecret(secret, scheme), (pair) => agree(path, file, pair))
        const scheme = Keyfile.schemeOf(file)
        // Some tools named no scheme, or another one: the account tells.
        return yield* Effect.catchTag(by(scheme), "KeyfileUnreadable", (error) =>
          Effect.orElseFail(by(scheme === "sr25519" ? "ed25519" : "sr25519"), () => error)
        )
      }).pipe(
        Effect.catchTags({
          NotAKeyfile: (error) => new KeyfileUnreadable({ path, reason: error.reason }),
          WrongPassword: () => new WrongWalletPassword({ path })
        }),
        Effect.withSpan("Wallet.load", { attributes: { path } })
      )

    const addressIn = (path: string) =>
      Effect.gen(function* () {
        const { bytes } = yield* readFile(path)
        const file = yield* Keyfile.parse(bytes).pipe(Effect.mapError(({ reason }) => new KeyfileUnreadable({ path, reason })))
        return yield* Option.match(addressOfFile(file), {
          onNone: () => new KeyfileUnreadable({ path, reason: "it names no account" }),
          onSome: Effect.succeed
        })
      })

    const hotkey = yield* cachedOutcome(load(hotkeyPath))
    const coldkey = yield* cachedOutcome(load(coldkeyPath))
    const addressOf = (path: string, key: Effect.Effect<KeyPair, WalletError>) =>
      addressIn(path).pipe(Effect.catchTag("KeyfileMissing", () => Effect.map(key, ({ address }) => address)))
    return Wallet.of({
      hotkey,
      coldkey,
      hotkeyAddress: addressOf(`${hotkeyPath}pub.txt`, hotkey),
      coldkeyAddress: addressOf(`${coldkeyPath}pub.txt`, coldkey)
    })
  })

/** A Bittensor wallet's files. */
export const layerFiles = (selection: FileSelection = {}) => Layer.effect(Wallet, makeFiles(selection))

/** One development key for both roles. */
export const layerUri = (uri: Redacted.Redacted<string>) =>
  Layer.effect(
    Wallet,
    Effect.map(cachedOutcome(keyPairOf(uri)), (key) => {
      const address = Effect.map(key, (pair) => pair.address)
      return Wallet.of({ hotkey: key, coldkey: key, hotkeyAddress: address, coldkeyAddress: address })
    })
  )
