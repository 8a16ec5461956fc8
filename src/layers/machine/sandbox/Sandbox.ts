/**
 * Runs commands that nobody trusts. A box has its own processes, network and files, and its limits. What is in a box can't reach anything outside,
 * and nothing is left of it when it ends.
 */
import { Context, type Effect, Schema, type Scope } from "effect"

/** Only files in this folder can be read back. */
export const RESULTS_FOLDER = "/box/results"
export const HOME_FOLDER = "/box/home"

export interface BoxLimits {
  /** Wall time; `Infinity` for a box that is open until its scope ends. */
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
  /** Processor time of all processes together, in seconds. */
  readonly cpuSeconds: number
  /** Open files of a single process. */
  readonly openFiles: number
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
  cpuSeconds: Number.POSITIVE_INFINITY,
  openFiles: 4_096,
  output: MEBIBYTE,
  result: 16 * MEBIBYTE
}

/** A file or folder of this machine that a box sees, and can't change. */
export interface ReadOnlyPath {
  readonly outside: string
  readonly inside: string
}

/**
 * A folder of this machine that a box may write to. The kernel has no quota for a folder, so it is watched: a fast program can exceed its quota for a
 * moment. When the box has ended, what is in it belongs to this process's user, and every user may read it.
 */
export interface WritablePath {
  readonly outside: string
  readonly inside: string
  /** Most bytes on disk, those of the files that are there already included. A box that exceeds them ends, and the folder is emptied. */
  readonly bytes: number
  /** Most files and folders. */
  readonly files: number
}

/** A server by its port and its name or address, in lower case and without brackets. `http`: also without TLS. */
export interface Origin {
  readonly host: string
  readonly port: number
  readonly scheme: "http" | "https"
}

/**
 * Port 443 of public addresses, the registries that the operator names in variables, and what is allowed here or in GITTENSOR_FETCH_ALLOW, all by a proxy that
 * resolves names itself. The box's variables tell common tools about it.
 */
export interface BoxNetwork {
  /** Servers of the operator's own, reached whatever their addresses are. */
  readonly allow: ReadonlyArray<Origin>
  /** In both directions together. */
  readonly bytes: number
}

export interface BoxRequest {
  /** Runs in the work folder, without a terminal. */
  readonly command: ReadonlyArray<string>
  /** What the command reads from standard input; nothing if it is left out. */
  readonly stdin?: Uint8Array
  /** A folder that is copied into the work folder. Every user has to be allowed to read it. */
  readonly input?: string
  readonly readOnly?: ReadonlyArray<ReadOnlyPath>
  readonly writable?: ReadonlyArray<WritablePath>
  /** Variables beside PATH, HOME, TMPDIR and LANG. They are visible to every user of this machine, so they hold no secrets. */
  readonly environment?: Readonly<Record<string, string>>
  /** Folders in front of the usual PATH. */
  readonly path?: ReadonlyArray<string>
  /** Names of files in the results folder to read back. Links are not followed. */
  readonly results?: ReadonlyArray<string>
  /** Without it a box reaches nothing. Only to fetch, and never with a pull request's files. */
  readonly network?: BoxNetwork
  readonly limits?: Partial<BoxLimits>
}

/** What stopped a command: `cpu` is its processor time, `disk` and `files` are the limits of what it wrote, of the box or of a writable folder, `network` its bytes. */
export type BoxEnd = "itself" | "time" | "cpu" | "memory" | "disk" | "files" | "network"

/** How a box ended. The command may lie in its exit code. */
export interface BoxExit {
  readonly end: BoxEnd
  /** `null` when the command did not end by itself. 128 and more: a signal. */
  readonly exitCode: number | null
  readonly seconds: number
  /** Most bytes in use at one time, files included; `null` without a cgroup. */
  readonly peakMemory: number | null
  /** Servers that the box asked for and was not let through to, as `HOST:PORT: why`. */
  readonly refused: ReadonlyArray<string>
}

/** Everything here was written by the command, which may lie. */
export interface BoxResult extends BoxExit {
  /** Standard output and standard error together; use `shownOutput` for a terminal. */
  readonly output: string
  /** Bytes of output that were not kept. */
  readonly omitted: number
  readonly results: ReadonlyMap<string, Uint8Array>
}

/** What an open box can't have: its standard input stays open, its standard output is the caller's, and nothing is read back at its end. */
export type OpenRequest = Omit<BoxRequest, "stdin" | "results">

/** A box that runs until the scope ends in which it was opened, or the command ends, or a limit is exceeded. */
export interface OpenBox {
  /** The host's number of the process that holds the box. */
  readonly pid: number
  /** Writes to the command's standard input, and waits until the command has read most of it. Nothing happens if the command has ended. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void>
  /** Ends the command's standard input. */
  readonly endInput: Effect.Effect<void>
  /** The command's standard output, unlimited: whoever reads it limits it. A box that nobody reads from stands still. */
  readonly output: ReadableStream<Uint8Array>
  /** The first and the last part of standard error, as far as it has come. */
  readonly errors: Effect.Effect<string>
  /** Waits until the box has ended. */
  readonly exited: Effect.Effect<BoxExit>
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
    /** Starts a command in a box of its own and leaves its streams to the caller. The end of the scope ends the box. */
    readonly open: (request: OpenRequest) => Effect.Effect<OpenBox, SandboxUnavailable | InputNotCopied, Scope.Scope>
    readonly memoryHeld: Holding
  }
>() {}

/** Output for a terminal: no control characters but newlines and tabs, so that it can't move the cursor, set a title or forge lines. */
export const shownOutput = (text: string): string =>
  text.replaceAll("\r\n", "\n").replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd")
