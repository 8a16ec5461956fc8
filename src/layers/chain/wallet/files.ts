/** Locates and reads key files, and finds their passwords. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Config, Effect, Option, Redacted } from "effect"
import { KeyfileMissing, KeyfileUnreadable, PasswordNeeded, reasonOf } from "./errors.ts"
import * as Keyfile from "./keyfile.ts"

/** Asks a question at the terminal. Fails with any error if there is no terminal. */
export type AskPassword = (question: string) => Effect.Effect<Redacted.Redacted<string>, unknown>

export interface FileSelection {
  /** The folder of wallets. Default `~/.bittensor/wallets`; a leading `~` is the home folder. */
  readonly folder?: string
  /** The wallet's name. Default `default`. */
  readonly name?: string
  /** The hotkey's name in the wallet. Default `default`. */
  readonly hotkey?: string
  readonly askPassword?: AskPassword
}

export interface WalletPaths {
  readonly wallet: string
  readonly coldkey: string
  readonly coldkeyPublic: string
  readonly hotkey: string
  readonly hotkeyPublic: string
}

export const pathsOf = (selection: FileSelection) =>
  Effect.gen(function* () {
    const paths = yield* Path.Path
    const home = yield* Config.string("HOME").pipe(Config.withDefault("/"))
    const folder = (selection.folder ?? "~/.bittensor/wallets").replace(/^~(?=\/|$)/, home)
    const wallet = paths.join(folder, selection.name ?? "default")
    const coldkey = paths.join(wallet, "coldkey")
    const hotkey = paths.join(wallet, "hotkeys", selection.hotkey ?? "default")
    return { wallet, coldkey, coldkeyPublic: `${coldkey}pub.txt`, hotkey, hotkeyPublic: `${hotkey}pub.txt` } satisfies WalletPaths
  })

const MAX_KEYFILE_BYTES = 65_536

/** A file's owner and its permissions. */
export interface Ownership {
  readonly mode: number
  readonly uid: number | undefined
  readonly gid: number | undefined
}

const ownIdentity = () => ({ uid: process.geteuid?.(), groups: new Set([process.getegid?.(), ...(process.getgroups?.() ?? [])]) })

/**
 * Why others can read a key file, and what to do; undefined if they cannot. A file of another user that this process reads through one of its groups
 * is fine: Kubernetes mounts secrets so (mode 0440, group fsGroup), and the process could not change it.
 */
export const exposureOf = (path: string, { mode, uid, gid }: Ownership, own = ownIdentity()): string | undefined => {
  if ((mode & 0o007) === 0 && ((mode & 0o070) === 0 || (uid !== own.uid && own.groups.has(gid)))) return undefined
  const advice = uid === own.uid ? `run chmod 600 on it` : `have its owner run chmod 600 on it, or mount it with mode 0400`
  return `other users of this machine can read the key at ${path}: ${advice}`
}

/** A file's bytes, owner and permission bits. */
export const readKeyfile = (path: string) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const information = yield* fileSystem.stat(path)
    if (information.type !== "File") return yield* new KeyfileUnreadable({ path, reason: "it is not a file" })
    if (information.size > MAX_KEYFILE_BYTES) return yield* new KeyfileUnreadable({ path, reason: "it is too large for a key file" })
    return {
      bytes: yield* fileSystem.readFile(path),
      mode: information.mode,
      uid: Option.getOrUndefined(information.uid),
      gid: Option.getOrUndefined(information.gid)
    }
  }).pipe(
    Effect.catchTags({
      SystemError: (error) =>
        error.reason === "NotFound" ? new KeyfileMissing({ path }) : new KeyfileUnreadable({ path, reason: reasonOf(error) }),
      BadArgument: (error) => new KeyfileUnreadable({ path, reason: reasonOf(error) })
    })
  )

const optionalSecret = (name: string) => Config.redacted(name).pipe(Config.option, Effect.orElseSucceed(Option.none))

const strip = (text: string): string => text.replace(/\r?\n$/, "")

/** Tries, in this order: the file's own variable (BT_PW_…), BT_WALLET_PASSWORD, BT_WALLET_PASSWORD_FILE, the prompt. */
export const passwordOf = Effect.fn("Wallet.password")(function* (path: string, ask: AskPassword | undefined) {
  const variable = Keyfile.passwordVariable(path)
  const own = yield* optionalSecret(variable)
  if (Option.isSome(own)) return Redacted.make(Keyfile.passwordFromVariable(variable, Redacted.value(own.value)))
  const shared = yield* optionalSecret("BT_WALLET_PASSWORD")
  if (Option.isSome(shared)) return shared.value
  const file = yield* Config.string("BT_WALLET_PASSWORD_FILE").pipe(Config.option, Effect.orElseSucceed(Option.none))
  if (Option.isSome(file)) {
    const { bytes } = yield* readKeyfile(file.value)
    return Redacted.make(strip(Buffer.from(bytes).toString("utf8")))
  }
  if (ask === undefined) return yield* new PasswordNeeded({ path })
  return yield* ask(`Password for the key at ${path}`).pipe(Effect.mapError(() => new PasswordNeeded({ path })))
})
