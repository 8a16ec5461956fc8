/** Errors of key files. They name the file's path and never quote its content. */

import type { PlatformError } from "@effect/platform/Error"
import { Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"

export class KeyfileMissing extends Schema.TaggedError<KeyfileMissing>()("KeyfileMissing", { path: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `no key at ${this.path}: check --wallet, --hotkey and --wallet-path, or create one with "gittensor wallet create"`
  }
}

export class KeyfileUnreadable extends Schema.TaggedError<KeyfileUnreadable>()("KeyfileUnreadable", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `the key at ${this.path} cannot be used: ${this.reason}`
  }
}

export class WrongWalletPassword extends Schema.TaggedError<WrongWalletPassword>()("WrongWalletPassword", { path: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `wrong password for the key at ${this.path}: try again, or set BT_WALLET_PASSWORD_FILE to a file that holds it`
  }
}

export class PasswordNeeded extends Schema.TaggedError<PasswordNeeded>()("PasswordNeeded", { path: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `the key at ${this.path} is encrypted and no password was given: set BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE`
  }
}

/** A file exists, and overwriting was not asked for. */
export class KeyfileExists extends Schema.TaggedError<KeyfileExists>()("KeyfileExists", { path: Schema.String }) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `a file already exists at ${this.path} and was not changed: choose another name, or pass --overwrite if its key is no longer needed`
  }
}

export class KeyfileUnwritable extends Schema.TaggedError<KeyfileUnwritable>()("KeyfileUnwritable", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly exitCode = EXIT.wallet
  override get message() {
    return `cannot write a key to ${this.path}: ${this.reason}`
  }
}

/** The system's error in words. */
export const reasonOf = (error: PlatformError): string => {
  if (error._tag === "BadArgument") return error.message
  const code = error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : ""
  if (code === "ELOOP") return "its path is a loop of symbolic links"
  if (code === "ENOTDIR") return "part of its path is a file, not a folder"
  if (code === "ENOSPC") return "the disk is full"
  if (code === "EROFS") return "the disk is read-only"
  if (error.reason === "PermissionDenied") return "permission denied"
  return code === "" ? error.reason : code
}
