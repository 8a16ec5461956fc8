/** What can be wrong with a wallet's files, each with the file's path and never with its content. */
import type { PlatformError } from "@effect/platform/Error"
import { Schema } from "effect"

export class KeyfileMissing extends Schema.TaggedError<KeyfileMissing>()("KeyfileMissing", { path: Schema.String }) {
  override get message() {
    return `there is no key at ${this.path}: check --wallet, --hotkey and --wallet-path, or make one with "gittensor wallet create"`
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

/** There is a key already, and it is not to be overwritten. */
export class KeyfileExists extends Schema.TaggedError<KeyfileExists>()("KeyfileExists", { path: Schema.String }) {
  override get message() {
    return `there is a file at ${this.path} already and it was left as it is: choose another name, or give --overwrite if its key is not needed any more`
  }
}

export class KeyfileUnwritable extends Schema.TaggedError<KeyfileUnwritable>()("KeyfileUnwritable", {
  path: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `no key can be written to ${this.path}: ${this.reason}`
  }
}

/** What the system said, in words. */
export const reasonOf = (error: PlatformError): string => {
  if (error._tag === "BadArgument") return error.message
  const code = error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : ""
  if (code === "ELOOP") return "its path is a circle of symbolic links"
  if (code === "ENOTDIR") return "a part of its path is a file, not a folder"
  if (code === "ENOSPC") return "the disk is full"
  if (code === "EROFS") return "the disk can only be read"
  if (error.reason === "PermissionDenied") return "permission denied"
  return code === "" ? error.reason : code
}
