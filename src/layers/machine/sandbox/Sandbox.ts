/**
 * Runs untrusted commands. A box has its own processes, network and files, and its limits. Nothing in a box can reach anything outside, and nothing
 * of it remains when it ends.
 */
import { Context, type Effect, Schema, type Scope } from "effect"

/** The only folder whose files can be read back. */
export const RESULTS_FOLDER = "/box/results"
export const HOME_FOLDER = "/box/home"

export interface BoxLimits {
  /** Wall time; `Infinity` for a box that is open until its scope ends. */
  readonly seconds: number
  /** The most bytes of memory of all processes together, without files. */
  readonly memory: number
  /** Bytes of all files that the box writes, its copy of the input included. */
  readonly disk: number
  /** The most files and folders. */
  readonly files: number
  /** Bytes of a single file. */
  readonly fileSize: number
  /** Concurrent processes and threads. */
  readonly processes: number
  /** CPU time of all processes together, in seconds. */
  readonly cpuSeconds: number
  /** Open files of a single process. */
  readonly openFiles: number
  /** Bytes of the output that are kept: the first half and the last. The rest is discarded. */
  readonly output: number
  /** The most bytes read of a result. */
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

/** A file or folder of this machine that a box can read but not change. */
export interface ReadOnlyPath {
  readonly outside: string
  readonly inside: string
}

/**
 * A folder of this machine that a box may write to. The kernel has no quota for a folder, so it is polled: a fast program can exceed its quota for a
 * moment. When the box has ended, its contents belong to this process's user, and every user may read them.
 */
export interface WritablePath {
  readonly outside: string
  readonly inside: string
  /** The most bytes on disk, existing files included. A box that exceeds them ends, and the folder is emptied. */
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
 * The network of a box: port 443 of public addresses, the registries in the operator's variables, and the servers allowed here or in
 * GITTENSOR_FETCH_ALLOW. All go through a proxy that resolves names itself; the box's variables announce it to common tools.
 */
export interface BoxNetwork {
  /** The operator's own servers, reached at any address. */
  readonly allow: ReadonlyArray<Origin>
  /** In both directions together. */
  readonly bytes: number
}

export interface BoxRequest {
  /** Runs in the work folder, without a terminal. */
  readonly command: ReadonlyArray<string>
  /** The command's standard input; by default empty. */
  readonly stdin?: Uint8Array
  /** A folder to copy into the work folder. It must be readable by every user. */
  readonly input?: string
  readonly readOnly?: ReadonlyArray<ReadOnlyPath>
  readonly writable?: ReadonlyArray<WritablePath>
  /** Variables besides PATH, HOME, TMPDIR and LANG. Every user of this machine can see them, so they must hold no secrets. */
  readonly environment?: Readonly<Record<string, string>>
  /** Folders in front of the usual PATH. */
  readonly path?: ReadonlyArray<string>
  /** Names of files in the results folder to read back. Links are not followed. */
  readonly results?: ReadonlyArray<string>
  /** Without it a box has no network. Use it only to fetch, and never with a pull request's files. */
  readonly network?: BoxNetwork
  readonly limits?: Partial<BoxLimits>
}

/** What ended a command. `cpu`: its CPU time. `disk`, `files`: a limit on its writes, of the box or of a writable folder. `network`: its bytes. */
export type BoxEnd = "itself" | "time" | "cpu" | "memory" | "disk" | "files" | "network"

/** How a box ended. The command controls its exit code. */
export interface BoxExit {
  readonly end: BoxEnd
  /** `null` when the command was stopped. 128 and more: a signal. */
  readonly exitCode: number | null
  readonly seconds: number
  /** Peak bytes in use, files included; `null` without a cgroup. */
  readonly peakMemory: number | null
  /** The refused servers, as `HOST:PORT: why`. */
  readonly refused: ReadonlyArray<string>
}

/** The command controls all of this. */
export interface BoxResult extends BoxExit {
  /** Standard output and standard error together; use `shownOutput` for a terminal. */
  readonly output: string
  /** Bytes of output that were not kept. */
  readonly omitted: number
  readonly results: ReadonlyMap<string, Uint8Array>
}

/** An open box's request: its standard input stays open, its standard output goes to the caller, and no results are read. */
export type OpenRequest = Omit<BoxRequest, "stdin" | "results">

/** A box that runs until its scope ends, the command ends, or a limit is exceeded. */
export interface OpenBox {
  /** The host's PID of the process that holds the box. */
  readonly pid: number
  /** Writes to the command's standard input, and waits until the command has read most of it. Does nothing if the command has ended. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void>
  /** Ends the command's standard input. */
  readonly endInput: Effect.Effect<void>
  /** The command's standard output, unlimited: the reader must limit it. An unread box blocks. */
  readonly output: ReadableStream<Uint8Array>
  /** The first and the last part of standard error so far. */
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

/** The input could not be copied: it is too large for the box, or not readable by every user (under root the box has another user). */
export class InputNotCopied extends Schema.TaggedError<InputNotCopied>()("InputNotCopied", {
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${this.folder} can't be copied into the sandbox: ${this.reason}`
  }
}

/** How the memory limit is enforced: by the kernel for the whole box, or by polls several times a second, which a fast program can outrun. */
export type Holding = "kernel" | "watched"

export class Sandbox extends Context.Tag("gittensor/Sandbox")<
  Sandbox,
  {
    /** Runs a command in a box of its own. Interruption ends the box. */
    readonly run: (request: BoxRequest) => Effect.Effect<BoxResult, SandboxUnavailable | InputNotCopied>
    /** Starts a command in a box of its own and leaves its streams to the caller. The scope's end ends the box. */
    readonly open: (request: OpenRequest) => Effect.Effect<OpenBox, SandboxUnavailable | InputNotCopied, Scope.Scope>
    readonly memoryHeld: Holding
  }
>() {}

/** Output that is safe for a terminal: no control characters but newlines and tabs, so that it can't move the cursor, set a title or forge lines. */
export const shownOutput = (text: string): string =>
  text.replaceAll("\r\n", "\n").replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd")
