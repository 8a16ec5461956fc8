/**
 * Runs commands that nobody trusts. A box has its own processes, network and files, and its limits. What is in a box can't reach anything outside,
 * and nothing is left of it when it ends.
 */
import { Context, type Effect, Schema } from "effect"

/** Only files in this folder can be read back. */
export const RESULTS_FOLDER = "/box/results"
export const HOME_FOLDER = "/box/home"

export interface BoxLimits {
  readonly seconds: number
  /** Bytes that all processes together may use, without files. */
  readonly memory: number
  /** Bytes of all files that the box writes, its copy of the input included. */
  readonly disk: number
  /** How many files and folders. */
  readonly files: number
  /** Bytes of a single file. */
  readonly fileSize: number
  /** Processes and threads at one time. */
  readonly processes: number
  /** Bytes of the output that are kept: the first half and the last. The rest is read and forgotten. */
  readonly output: number
  /** Bytes that are read of a result. */
  readonly result: number
}

const MEBIBYTE = 1_048_576

export const DEFAULT_LIMITS: BoxLimits = {
  seconds: 600,
  memory: 2048 * MEBIBYTE,
  disk: 2048 * MEBIBYTE,
  files: 300_000,
  fileSize: 512 * MEBIBYTE,
  processes: 512,
  output: MEBIBYTE,
  result: 16 * MEBIBYTE
}

/** A file or folder of this machine that a box sees, and can't change. */
export interface ReadOnlyPath {
  readonly outside: string
  readonly inside: string
}

export interface BoxRequest {
  /** Runs in the work folder, without a terminal and without input. */
  readonly command: ReadonlyArray<string>
  /** A folder that is copied into the work folder. Every user has to be allowed to read it. */
  readonly input?: string
  readonly readOnly?: ReadonlyArray<ReadOnlyPath>
  /** Variables beside PATH, HOME, TMPDIR and LANG. They are visible to every user of this machine, so they hold no secrets. */
  readonly environment?: Readonly<Record<string, string>>
  /** Folders in front of the usual PATH. */
  readonly path?: ReadonlyArray<string>
  /** Names of files in the results folder to read back. Links are not followed. */
  readonly results?: ReadonlyArray<string>
  /**
   * Shares the machine's network and lets the box write to the folder `into`, which has no limit but that of each file. Only to fetch dependencies, and
   * never with a pull request's files.
   */
  readonly network?: { readonly into: string; readonly inside: string }
  readonly limits?: Partial<BoxLimits>
}

/** What stopped a command that did not end by itself. */
export type BoxEnd = "itself" | "time" | "memory" | "files"

/** Everything here was written by the command, which may lie, in its exit code too. */
export interface BoxResult {
  readonly end: BoxEnd
  /** `null` when the command did not end by itself. 128 and more: a signal. */
  readonly exitCode: number | null
  /** Standard output and standard error together; use `shownOutput` for a terminal. */
  readonly output: string
  /** Bytes of output that were not kept. */
  readonly omitted: number
  readonly results: ReadonlyMap<string, Uint8Array>
  readonly seconds: number
  /** Most bytes in use at one time, files included; `null` without a cgroup. */
  readonly peakMemory: number | null
}

/** This machine can't run the box. It says nothing about the command. */
export class SandboxUnavailable extends Schema.TaggedError<SandboxUnavailable>()("SandboxUnavailable", {
  reason: Schema.String,
  hint: Schema.String
}) {
  override get message() {
    return `no sandbox: ${this.reason}; ${this.hint}`
  }
}

/** The input could not be copied: it is too large for the box, or not readable for every user (the box's user is another one when root starts it). */
export class InputNotCopied extends Schema.TaggedError<InputNotCopied>()("InputNotCopied", {
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${this.folder} can't be copied into the box: ${this.reason}`
  }
}

/** How the limit on memory is held: by the kernel for the whole box, or by looking several times a second, which a fast program can outrun. */
export type Holding = "kernel" | "watched"

export class Sandbox extends Context.Tag("gittensor/Sandbox")<
  Sandbox,
  {
    /** Runs a command in a box of its own. Interruption ends the box. */
    readonly run: (request: BoxRequest) => Effect.Effect<BoxResult, SandboxUnavailable | InputNotCopied>
    readonly memoryHeld: Holding
  }
>() {}

/** Output for a terminal: no control characters but newlines and tabs, so that it can't move the cursor, set a title or forge lines. */
export const shownOutput = (text: string): string =>
  text.replaceAll("\r\n", "\n").replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd")
