/** Creates, restores and shows key files. Secrets come from a file, standard input or a hidden prompt, never from the command line. */

import * as Prompt from "@effect/cli/Prompt"
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Option, Redacted, Schema } from "effect"
import { EXIT } from "../../domain/causes.ts"
import { InvalidInput } from "../../domain/failures.ts"
import type { Scheme } from "../../domain/KeyPair.ts"
import { checkFree, createKeys, type MadeKey, type NewKey, type Role, type WriteOptions } from "../../layers/chain/wallet/create.ts"
import { type FileSelection, pathsOf } from "../../layers/chain/wallet/files.ts"
import { inspect } from "../../layers/chain/wallet/inspect.ts"
import type { Encryption, FoundEncryption, Secret } from "../../layers/chain/wallet/keyfile.ts"
import { PHRASE_LENGTHS } from "../../layers/chain/wallet/phraseLengths.ts"
import { newPhrase } from "../../layers/chain/wallet/secretUri.ts"
import { print, table, yellow } from "../../layers/machine/terminal/output.ts"
import type { WalletOptions } from "../shared/options.ts"

export class InvalidSecretUriGiven extends Schema.TaggedError<InvalidSecretUriGiven>()("InvalidSecretUriGiven", { reason: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return this.reason
  }
}

interface Closing {
  readonly scheme: Scheme
  readonly encryption: "nacl" | "ansible-vault"
  readonly plainColdkey: boolean
  readonly closedHotkey: boolean
  readonly overwrite: boolean
}

interface CreateOptions extends WalletOptions, Closing {
  readonly only: Option.Option<Role>
  readonly words: string
  readonly showPhrase: boolean
  readonly json: boolean
}

interface RegenerateOptions extends WalletOptions, Closing {
  readonly role: Role
  readonly secretFile: Option.Option<string>
  readonly json: boolean
}

const selectionOf = (options: WalletOptions): Effect.Effect<FileSelection, InvalidInput> => {
  const wrong = [options.wallet, options.hotkey].find((name) => /^\.{0,2}$|[/\0]/.test(name))
  return wrong === undefined
    ? Effect.succeed({
        name: options.wallet,
        hotkey: options.hotkey,
        ...Option.match(options.walletPath, { onNone: () => ({}), onSome: (folder) => ({ folder }) })
      })
    : new InvalidInput({ message: `"${wrong}" cannot name a wallet or a hotkey: a name is part of a path and has no "/"` })
}

/** Asks twice, because a mistyped password would lock the file for good. */
const askNewPassword = (question: string): Effect.Effect<Redacted.Redacted<string>, unknown, Prompt.Prompt.Environment> =>
  process.stdin.isTTY
    ? Effect.gen(function* () {
        const first = yield* Prompt.password({
          message: `New ${question.slice(0, 1).toLowerCase()}${question.slice(1)}`,
          validate: (text) => (text === "" ? Effect.fail("a password must not be empty") : Effect.succeed(text))
        }).pipe(Prompt.run)
        yield* Prompt.password({
          message: "Repeat it",
          validate: (text) => (text === Redacted.value(first) ? Effect.succeed(text) : Effect.fail("the passwords differ"))
        }).pipe(Prompt.run)
        return first
      })
    : Effect.fail("a password is needed, but there is no terminal to ask for it")

const encryptionFor = (role: Role, { encryption, plainColdkey, closedHotkey }: Closing): { readonly encryption?: Encryption } =>
  (role === "coldkey" ? plainColdkey : !closedHotkey) ? {} : { encryption: encryption === "nacl" ? "nacl" : "ansible" }

/** Writes the keys, and asks for passwords where needed. */
const make = (keys: ReadonlyArray<NewKey>, options: WalletOptions & Closing, before: WriteOptions["before"] = () => Effect.void) =>
  Effect.gen(function* () {
    const terminal = yield* Effect.context<Prompt.Prompt.Environment>()
    const selection = yield* selectionOf(options)
    return yield* createKeys(keys, {
      ...selection,
      overwrite: options.overwrite,
      before,
      askPassword: (question) => Effect.provide(askNewPassword(question), terminal)
    })
  })

const keyLines = (keys: ReadonlyArray<MadeKey>): ReadonlyArray<string> =>
  table(
    keys.map(({ role, address, file, encryption }) => [
      role,
      address,
      file,
      encryption === null ? "no password" : "encrypted with a password"
    ])
  )

export const create = (options: CreateOptions) =>
  Effect.gen(function* () {
    const roles = Option.match(options.only, { onNone: () => ["coldkey", "hotkey"] as const, onSome: (role) => [role] })
    yield* checkFree(roles, { ...(yield* selectionOf(options)), overwrite: options.overwrite })
    const words = PHRASE_LENGTHS.find((length) => String(length) === options.words) ?? 12
    const drafts = yield* Effect.forEach(roles, (role) => Effect.map(newPhrase(words), (phrase) => ({ role, phrase })))
    const shown = options.showPhrase || (process.stdout.isTTY && !options.json)
    const phraseOf = (role: Role) => drafts.filter((draft) => shown && draft.role === role).map(({ phrase }) => Redacted.value(phrase))[0]
    const show = (made: ReadonlyArray<MadeKey>) =>
      print(
        options.json,
        made.map((key) => ({ ...key, phrase: phraseOf(key.role) ?? null })),
        () => [
          ...keyLines(made),
          ...(shown
            ? [
                yellow(
                  "Write these words down on paper. Anyone who has them controls the key; without them a lost file cannot be restored."
                ),
                ...roles.map((role) => `  ${role}: ${phraseOf(role)}`)
              ]
            : ["The phrases are in the files; --show-phrase prints those of new keys."])
        ]
      )
    const made = yield* make(
      drafts.map(({ role, phrase }) => ({
        role,
        secret: { _tag: "Phrase", phrase },
        scheme: options.scheme,
        ...encryptionFor(role, options)
      })),
      options,
      // A phrase that could not be shown is one that nobody has.
      shown ? show : undefined
    )
    if (!shown) yield* show(made)
  })

const readSecret = ({ role, secretFile }: RegenerateOptions) =>
  Effect.gen(function* () {
    if (Option.isNone(secretFile)) {
      if (process.stdin.isTTY) return yield* Prompt.run(Prompt.password({ message: `Phrase, seed or private key of the ${role}` }))
      return yield* new InvalidSecretUriGiven({
        reason: "there is no terminal to ask for the secret: give --secret-file a file, or - for standard input"
      })
    }
    const file = secretFile.value
    if (file === "-") return Redacted.make(yield* Effect.promise(() => Bun.stdin.text()))
    const fileSystem = yield* FileSystem.FileSystem
    const unreadable = new InvalidSecretUriGiven({ reason: `the file ${file} that --secret-file names cannot be read` })
    return Redacted.make(yield* Effect.mapError(fileSystem.readFileString(file), () => unreadable))
  })

/** Recognises a phrase, seed or private key. Errors never quote the text. */
const secretIn = (given: Redacted.Redacted<string>): Effect.Effect<Secret, InvalidSecretUriGiven> => {
  const text = Redacted.value(given).trim().replaceAll(/\s+/g, " ")
  const hex = /^(?:0x)?((?:[0-9a-fA-F]{2})+)$/.exec(text)?.[1]
  if (hex === undefined) return Effect.succeed({ _tag: "Phrase", phrase: Redacted.make(text.toLowerCase()) })
  const bytes = Redacted.make(new Uint8Array(Buffer.from(hex, "hex")))
  if (hex.length === 64) return Effect.succeed({ _tag: "Seed", seed: bytes })
  return hex.length === 128
    ? Effect.succeed({ _tag: "PrivateKey", privateKey: bytes })
    : new InvalidSecretUriGiven({ reason: `a seed has 32 bytes and a private key 64, but this has ${hex.length / 2}` })
}

export const regenerate = (options: RegenerateOptions) =>
  Effect.gen(function* () {
    const { role, scheme } = options
    yield* checkFree([role], { ...(yield* selectionOf(options)), overwrite: options.overwrite })
    const secret = yield* Effect.flatMap(readSecret(options), secretIn)
    const made = yield* make([{ role, secret, scheme, ...encryptionFor(role, options) }], options)
    yield* print(options.json, made, keyLines)
  })

const ENCRYPTIONS = { nacl: "NaCl", ansible: "Ansible vault", fernet: "Fernet" } as const satisfies Record<FoundEncryption, string>

const encryptionText = (encryption: FoundEncryption | null): string =>
  encryption === null ? "no password" : `encrypted with a password (${ENCRYPTIONS[encryption]})`

export const show = (options: WalletOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const paths = yield* pathsOf(yield* selectionOf(options))
    const keys = yield* Effect.all([inspect("coldkey", paths.coldkey), inspect("hotkey", paths.hotkey)])
    yield* print(options.json, { wallet: paths.wallet, keys }, () => [
      paths.wallet,
      ...table(
        keys.map((key) => [
          `  ${key.role}`,
          key.address ?? "-",
          key.file === null ? "no secret file" : `${encryptionText(key.encryption)}, mode ${key.mode}`
        ])
      ),
      ...keys.flatMap(({ role, problems }) => problems.map((problem) => yellow(`  ${role}: ${problem}`)))
    ])
  })
