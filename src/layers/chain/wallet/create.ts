/** Writes new key files, atomically and readable only by their owner. A file replaces another only on request: a lost key cannot be recovered. */
import { randomUUID } from "node:crypto"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect, Redacted } from "effect"
import type { Scheme } from "../../../domain/KeyPair.ts"
import { KeyfileExists, KeyfileUnwritable, reasonOf } from "./errors.ts"
import { type AskPassword, type FileSelection, passwordOf, pathsOf } from "./files.ts"
import * as Keyfile from "./keyfile.ts"
import { filesOf } from "./keySecret.ts"

export type Role = "coldkey" | "hotkey"

export interface NewKey {
  readonly role: Role
  readonly secret: Keyfile.Secret
  readonly scheme: Scheme
  /** Absent for plain JSON. */
  readonly encryption?: Keyfile.Encryption
}

export interface WriteOptions extends FileSelection {
  readonly overwrite: boolean
  /** Asks for a new password, and confirms it. */
  readonly askPassword?: AskPassword
  /** Runs when everything is known, before any file is written. */
  readonly before?: (keys: ReadonlyArray<MadeKey>) => Effect.Effect<void>
}

/** `encryption`: null for plain JSON. */
export interface MadeKey {
  readonly role: Role
  readonly scheme: Scheme
  readonly address: string
  readonly encryption: Keyfile.Encryption | null
  readonly file: string
}

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

const unwritable = (path: string) => ({
  SystemError: (error: Parameters<typeof reasonOf>[0]) => new KeyfileUnwritable({ path, reason: reasonOf(error) }),
  BadArgument: (error: Parameters<typeof reasonOf>[0]) => new KeyfileUnwritable({ path, reason: reasonOf(error) })
})

/** Whether the name is taken, be it by a file, a folder, or a dangling symbolic link. */
const isTaken = (path: string) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    if (yield* fileSystem.exists(path)) return true
    return yield* fileSystem.readLink(path).pipe(Effect.match({ onFailure: () => false, onSuccess: () => true }))
  }).pipe(Effect.catchTags(unwritable(path)))

/** Writes the whole file under a temporary name, then renames it, over an existing file only with `overwrite`. */
const write = (path: string, bytes: Uint8Array, overwrite: boolean) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const own = `${path}.${randomUUID()}.new`
    yield* Effect.acquireUseRelease(
      fileSystem.open(own, { flag: "wx", mode: PRIVATE_FILE }).pipe(Effect.scoped),
      () =>
        Effect.gen(function* () {
          yield* Effect.scoped(
            Effect.gen(function* () {
              const file = yield* fileSystem.open(own, { flag: "r+" })
              yield* file.writeAll(bytes)
              yield* file.sync
            })
          )
          // Unlike a rename, a link fails if the name was taken in the meantime.
          yield* overwrite ? fileSystem.rename(own, path) : fileSystem.link(own, path)
        }),
      () => Effect.ignore(fileSystem.remove(own, { force: true }))
    )
  }).pipe(
    Effect.catchTags({
      SystemError: (error) =>
        error.reason === "AlreadyExists" ? new KeyfileExists({ path }) : new KeyfileUnwritable({ path, reason: reasonOf(error) }),
      BadArgument: (error) => new KeyfileUnwritable({ path, reason: reasonOf(error) })
    })
  )

const folderOf = (path: string) =>
  Effect.gen(function* () {
    const [fileSystem, paths] = yield* Effect.all([FileSystem.FileSystem, Path.Path])
    yield* fileSystem.makeDirectory(paths.dirname(path), { recursive: true, mode: PRIVATE_FOLDER })
  }).pipe(Effect.catchTags(unwritable(path)))

const pathOf = (paths: Effect.Effect.Success<ReturnType<typeof pathsOf>>, role: Role) =>
  role === "coldkey" ? { secret: paths.coldkey, public: paths.coldkeyPublic } : { secret: paths.hotkey, public: paths.hotkeyPublic }

/** Fails if a file of one of these keys exists. */
export const checkFree = Effect.fn("Wallet.checkFree")(function* (roles: ReadonlyArray<Role>, options: WriteOptions) {
  const paths = yield* pathsOf(options)
  const wanted = roles.flatMap((role) => Object.values(pathOf(paths, role)))
  if (!options.overwrite)
    yield* Effect.forEach(wanted, (path) => Effect.flatMap(isTaken(path), (taken) => (taken ? new KeyfileExists({ path }) : Effect.void)))
})

const newPassword = (path: string, role: Role, options: WriteOptions) =>
  passwordOf(path, options.askPassword).pipe(
    Effect.catchTag("PasswordNeeded", () => {
      const otherwise = role === "coldkey" ? "; --no-password stores it without one" : ""
      return new KeyfileUnwritable({
        path,
        reason: `a new ${role} needs a password: set BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE${otherwise}`
      })
    }),
    Effect.filterOrFail(
      (password) => Redacted.value(password) !== "",
      () => new KeyfileUnwritable({ path, reason: "its password is empty" })
    )
  )

/** Writes the files of these keys, secrets first. Writes nothing before every password is known. */
export const createKeys = Effect.fn("Wallet.create")(function* (keys: ReadonlyArray<NewKey>, options: WriteOptions) {
  const paths = yield* pathsOf(options)
  yield* checkFree(
    keys.map(({ role }) => role),
    options
  )
  const prepared = yield* Effect.forEach(keys, ({ role, secret, scheme, encryption }) =>
    Effect.gen(function* () {
      const at = pathOf(paths, role)
      const files = yield* filesOf(secret, scheme)
      const plain = Redacted.value(files.secret)
      const bytes =
        encryption === undefined ? plain : yield* Keyfile.encrypt(plain, encryption, yield* newPassword(at.secret, role, options))
      return { role, scheme, at, bytes, public: files.public, address: files.pair.address, encryption: encryption ?? null }
    })
  )
  const made = prepared.map(
    ({ role, scheme, at, address, encryption }): MadeKey => ({ role, scheme, address, encryption, file: at.secret })
  )
  yield* options.before?.(made) ?? Effect.void
  yield* Effect.forEach(prepared, ({ at }) => folderOf(at.secret))
  yield* Effect.forEach(prepared, ({ at, bytes }) => write(at.secret, bytes, options.overwrite))
  yield* Effect.forEach(prepared, (one) => write(one.at.public, one.public, options.overwrite))
  return made
})
