/**
 * The keys of whoever runs the program: a Bittensor wallet by name and folder, or a secret URI on a dev chain. Secrets are read when a key
 * is first asked for, opened once, and never printed.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Config, Context, Effect, Layer, Option, Redacted, Schema } from "effect"
import { AccountAddress, decodeAddress, fromPublicKey } from "../domain/Account.ts"
import { fromPrivateKey, fromSeed, type KeyPair } from "../domain/KeyPair.ts"
import * as Keyfile from "../wire/keyfile.ts"
import { type InvalidSecretUri, keyPairOf } from "../wire/secretUri.ts"

export type { KeyPair } from "../domain/KeyPair.ts"

export class KeyfileMissing extends Schema.TaggedError<KeyfileMissing>()("KeyfileMissing", { path: Schema.String }) {
  override get message() {
    return `there is no key at ${this.path}: check --wallet, --hotkey and --wallet-path, or make one with btcli`
  }
}

export class KeyfileUnreadable extends Schema.TaggedError<KeyfileUnreadable>()("KeyfileUnreadable", {
  path: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the key at ${this.path} cannot be used: ${this.reason}`
  }
}

export class WrongWalletPassword extends Schema.TaggedError<WrongWalletPassword>()("WrongWalletPassword", { path: Schema.String }) {
  override get message() {
    return `wrong password for the key at ${this.path}: try again, or set BT_WALLET_PASSWORD_FILE to a file that holds it`
  }
}

export class PasswordNeeded extends Schema.TaggedError<PasswordNeeded>()("PasswordNeeded", { path: Schema.String }) {
  override get message() {
    return `the key at ${this.path} is encrypted and no password was given: set BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE`
  }
}

export type WalletError = KeyfileMissing | KeyfileUnreadable | WrongWalletPassword | PasswordNeeded | InvalidSecretUri

export class Wallet extends Context.Tag("gittensor/Wallet")<
  Wallet,
  {
    /** The key that acts on the subnet. Read once, then remembered. */
    readonly hotkey: Effect.Effect<KeyPair, WalletError>
    /** The key that holds funds. Asks for its password the first time when the file is encrypted. */
    readonly coldkey: Effect.Effect<KeyPair, WalletError>
    /** From the public files when they are there: needs no password. */
    readonly hotkeyAddress: Effect.Effect<AccountAddress, WalletError>
    readonly coldkeyAddress: Effect.Effect<AccountAddress, WalletError>
  }
>() {}

/** A question to whoever sits at the terminal. It fails, however it likes, when nobody does. */
export type AskPassword = (question: string) => Effect.Effect<Redacted.Redacted<string>, unknown>

export interface FileSelection {
  /** The folder of the wallets; `~/.bittensor/wallets` when absent. A leading `~` is the home folder. */
  readonly folder?: string
  /** The wallet's name, `default` when absent. */
  readonly name?: string
  /** The hotkey's name in the wallet, `default` when absent. */
  readonly hotkey?: string
  readonly askPassword?: AskPassword
}

/** No key file is longer than this. */
const MAX_KEYFILE_BYTES = 65_536

const strip = (text: string): string => text.replace(/\r?\n$/, "")

const makeFiles = (selection: FileSelection) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const home = yield* Config.string("HOME").pipe(Config.withDefault("/"))
    const folder = (selection.folder ?? "~/.bittensor/wallets").replace(/^~(?=\/|$)/, home)
    const wallet = paths.join(folder, selection.name ?? "default")
    const hotkeyPath = paths.join(wallet, "hotkeys", selection.hotkey ?? "default")
    const coldkeyPath = paths.join(wallet, "coldkey")

    const readFile = (path: string) =>
      Effect.gen(function* () {
        const information = yield* fileSystem.stat(path)
        if (information.type !== "File") return yield* new KeyfileUnreadable({ path, reason: "it is not a file" })
        if (information.size > MAX_KEYFILE_BYTES) return yield* new KeyfileUnreadable({ path, reason: "it is too large for a key file" })
        return { bytes: yield* fileSystem.readFile(path), mode: information.mode }
      }).pipe(
        Effect.catchTags({
          SystemError: (error) =>
            error.reason === "NotFound"
              ? new KeyfileMissing({ path })
              : new KeyfileUnreadable({ path, reason: error.reason === "PermissionDenied" ? "permission denied" : error.reason }),
          BadArgument: (error) => new KeyfileUnreadable({ path, reason: error.message })
        })
      )

    const warnWhenOpen = (path: string, mode: number) =>
      (mode & 0o077) === 0
        ? Effect.void
        : Effect.logWarning(`others on this machine may read the key at ${path}: chmod 600 it`).pipe(
            Effect.annotateLogs({ mode: (mode & 0o777).toString(8) })
          )

    const optionalSecret = (name: string) => Config.redacted(name).pipe(Config.option, Effect.orElseSucceed(Option.none))

    /** In this order: the variable made for this file, BT_WALLET_PASSWORD, BT_WALLET_PASSWORD_FILE, the prompt. */
    const passwordFor = Effect.fn("Wallet.password")(function* (path: string) {
      const variable = Keyfile.passwordVariable(path)
      const own = yield* optionalSecret(variable)
      if (Option.isSome(own)) return Redacted.make(Keyfile.passwordFromVariable(variable, Redacted.value(own.value)))
      const shared = yield* optionalSecret("BT_WALLET_PASSWORD")
      if (Option.isSome(shared)) return shared.value
      const file = yield* Config.string("BT_WALLET_PASSWORD_FILE").pipe(Config.option, Effect.orElseSucceed(Option.none))
      if (Option.isSome(file)) {
        const { bytes } = yield* readFile(file.value)
        return Redacted.make(strip(Buffer.from(bytes).toString("utf8")))
      }
      if (selection.askPassword === undefined) return yield* new PasswordNeeded({ path })
      return yield* selection.askPassword(`Password for the key at ${path}`).pipe(Effect.mapError(() => new PasswordNeeded({ path })))
    })

    const openKeyfile = Effect.fn("Wallet.open")(function* (path: string) {
      const { bytes, mode } = yield* readFile(path)
      const encryption = Keyfile.encryptionOf(bytes)
      if (encryption === undefined) {
        yield* warnWhenOpen(path, mode)
        return yield* Keyfile.parse(bytes)
      }
      const password = yield* passwordFor(path)
      return yield* Keyfile.parse(yield* Keyfile.decrypt(bytes, encryption, password))
    })

    const made = (make: () => KeyPair) =>
      Effect.try({ try: make, catch: () => new Keyfile.NotAKeyfile({ reason: "its secret is no sr25519 key" }) })

    const keyOf = (secret: Keyfile.Secret): Effect.Effect<KeyPair, InvalidSecretUri | Keyfile.NotAKeyfile> => {
      switch (secret._tag) {
        case "Phrase":
          return keyPairOf(secret.phrase)
        case "Seed":
          return made(() => fromSeed(Redacted.value(secret.seed)))
        case "PrivateKey":
          return made(() => fromPrivateKey(Redacted.value(secret.privateKey)))
      }
    }

    /** A file that says another account than its secret was put together by hand, or damaged: signing with it would surprise somebody. */
    const agree = (path: string, file: Keyfile.KeyfileJson, pair: KeyPair) => {
      const own = Buffer.from(pair.publicKey)
      const said = [file.accountId, file.publicKey].filter((text) => text !== undefined)
      const same = said.every((text) => own.equals(Keyfile.fromHex(text))) && (file.ss58Address ?? pair.address) === pair.address
      return same
        ? Effect.succeed(pair)
        : new KeyfileUnreadable({ path, reason: `its secret belongs to ${pair.address}, its public part says another account` })
    }

    const load = (path: string) =>
      Effect.gen(function* () {
        const file = yield* openKeyfile(path)
        const secret = Keyfile.secretOf(file)
        if (secret === undefined) return yield* new KeyfileUnreadable({ path, reason: "it holds no phrase, seed or private key" })
        return yield* agree(path, file, yield* keyOf(secret))
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
        const address = Option.fromNullable(file.ss58Address).pipe(
          Option.filter((text) => Option.isSome(decodeAddress(text))),
          Option.map((text) => AccountAddress.make(text)),
          Option.orElse(() =>
            Option.map(Option.fromNullable(file.publicKey ?? file.accountId), (text) => fromPublicKey(Keyfile.fromHex(text)))
          )
        )
        return yield* Option.match(address, {
          onNone: () => new KeyfileUnreadable({ path, reason: "it names no account" }),
          onSome: Effect.succeed
        })
      })

    const hotkey = yield* Effect.cached(load(hotkeyPath))
    const coldkey = yield* Effect.cached(load(coldkeyPath))
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
    Effect.map(Effect.cached(keyPairOf(uri)), (key) => {
      const address = Effect.map(key, (pair) => pair.address)
      return Wallet.of({ hotkey: key, coldkey: key, hotkeyAddress: address, coldkeyAddress: address })
    })
  )
