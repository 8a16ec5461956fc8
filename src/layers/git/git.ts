/**
 * Runs git on an untrusted repository: no hooks, no file system monitor, no configuration but the repository's own, no shell. Only workers call this,
 * because strangers' data can make git itself use any amount of memory and time.
 */
import { Effect, Schema } from "effect"
import { messageOf } from "../../domain/messageOf.ts"

/** The program `git` is missing, or cannot be started. */
export class GitMissing extends Schema.TaggedError<GitMissing>()("GitMissing", { reason: Schema.String }) {
  override get message() {
    return `git can't be started (${this.reason}): install it (Debian: apt-get install git)`
  }
}

/** git failed, or was stopped. `why`: the last line of its output. */
export class GitRefused extends Schema.TaggedError<GitRefused>()("GitRefused", {
  operation: Schema.String,
  why: Schema.String,
  /** Whether it hit a limit of ours, so that a retry would fail too. */
  isBeyondLimit: Schema.optionalWith(Schema.Boolean, { default: () => false })
}) {
  override get message() {
    return `git ${this.operation} failed: ${this.why}`
  }
}

export type GitFailed = GitMissing | GitRefused

/** Settings on the command line, which take precedence over the repository's. */
const SETTINGS: ReadonlyArray<string> = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "safe.directory=*",
  "protocol.allow=never",
  "diff.external=",
  "core.quotePath=false",
  "log.showSignature=false",
  // Larger objects are streamed, never held whole.
  "core.bigFileThreshold=4m",
  "pack.threads=1"
]

/** With the network: aborts if the server sends less than 1,000 bytes a second for a minute. */
const NETWORK_SETTINGS: ReadonlyArray<string> = [
  "protocol.http.allow=always",
  "protocol.https.allow=always",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=60",
  "credential.helper=",
  // Keeps even a few fetched objects in a pack: unpacked, they could be a thousand times as large.
  "fetch.unpackLimit=1",
  "gc.auto=0",
  "maintenance.auto=false"
]

/** Environment variables for networks with a proxy or certificates of their own. */
const NETWORK_VARIABLES = [
  "GIT_SSL_CAINFO",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTPS_PROXY",
  "https_proxy",
  "http_proxy",
  "NO_PROXY",
  "no_proxy"
]

const environment = ({ network = false, variables = {} }: GitOptions): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  ...(process.platform === "win32" ? { SystemRoot: process.env.SystemRoot ?? "" } : {}),
  ...Object.fromEntries(
    (network ? NETWORK_VARIABLES : []).flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]]))
  ),
  ...variables
})

export interface GitOptions {
  /** git's standard input. */
  readonly input?: string | Uint8Array<ArrayBuffer>
  /** Further input, sent once the end of git's output matches `after`. */
  readonly reply?: { readonly after: RegExp; readonly input: string }
  /** Settings on the command line, as NAME=VALUE. */
  readonly settings?: ReadonlyArray<string>
  /** Environment variables such as GIT_INDEX_FILE. */
  readonly variables?: Readonly<Record<string, string>>
  /** Allows HTTP servers. By default git reaches no server. */
  readonly network?: boolean
  /** The most bytes of output. Beyond them git is stopped and counts as having refused. Default 256 MiB. */
  readonly most?: number
}

const MOST_OUTPUT = 256 << 20
/** The bytes of standard error that are kept. */
const MOST_ERRORS = 8_192

/** Reads a stream; undefined as soon as it exceeds `most` bytes. Calls `onEnd` with the output's last part after each chunk. */
const boundedBytes = async (stream: ReadableStream<Uint8Array>, most: number, onEnd?: (end: string) => void) => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > most) return undefined
    chunks.push(chunk)
    onEnd?.(Buffer.concat(chunks.slice(-4)).subarray(-16).toString("latin1"))
  }
  return Buffer.concat(chunks)
}

/** The end of a stream of any length, as text. */
const endOf = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  let kept = Buffer.alloc(0)
  for await (const chunk of stream) kept = Buffer.from(Buffer.concat([kept, chunk]).subarray(-MOST_ERRORS))
  return kept.toString()
}

const lastLine = (errors: string): string | undefined =>
  errors
    .trim()
    .split("\n")
    .at(-1)
    ?.replace(/^(?:fatal|error): /, "")

/** Writes the input, and the reply once its pattern matches. */
const replying = (stdin: Bun.FileSink | undefined, { input = "", reply }: GitOptions) => {
  if (stdin === undefined || reply === undefined) return undefined
  // Ignore write errors: if git has ended, its exit code says why.
  const sent = (writing: number | Promise<number>) => void Promise.resolve(writing).catch(() => 0)
  stdin.write(input)
  sent(stdin.flush())
  let isDone = false
  return (end: string) => {
    if (isDone || !reply.after.test(end)) return
    isDone = true
    stdin.write(reply.input)
    sent(stdin.end())
  }
}

/** Runs git and returns its standard output. An interruption kills it. */
export const git = (
  folder: string,
  args: readonly [operation: string, ...rest: ReadonlyArray<string>],
  options: GitOptions = {}
): Effect.Effect<Uint8Array, GitFailed> =>
  Effect.acquireUseRelease(
    Effect.try({
      try: () => {
        const settings = [...SETTINGS, ...(options.network === true ? NETWORK_SETTINGS : []), ...(options.settings ?? [])]
        return Bun.spawn({
          cmd: ["git", "-C", folder, "--no-pager", ...settings.flatMap((setting) => ["-c", setting]), ...args],
          stdin: options.reply === undefined ? new Blob([options.input ?? ""]) : "pipe",
          stdout: "pipe",
          stderr: "pipe",
          env: environment(options)
        })
      },
      catch: (cause) => new GitMissing({ reason: messageOf(cause) })
    }),
    (child) =>
      Effect.gen(function* () {
        const most = options.most ?? MOST_OUTPUT
        const reading = boundedBytes(child.stdout, most, replying(typeof child.stdin === "number" ? undefined : child.stdin, options)).then(
          (output) => {
            if (output === undefined) child.kill("SIGKILL")
            return output
          }
        )
        const [output, errors, code] = yield* Effect.promise(() => Promise.all([reading, endOf(child.stderr), child.exited]))
        if (output === undefined)
          return yield* new GitRefused({ operation: args[0], why: `it wrote more than ${most} bytes`, isBeyondLimit: true })
        if (code !== 0) return yield* new GitRefused({ operation: args[0], why: lastLine(errors) || `exit code ${code}` })
        return output
      }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** git's standard output as text, without the final newline. */
export const gitText = (...call: Parameters<typeof git>): Effect.Effect<string, GitFailed> =>
  Effect.map(git(...call), (output) => new TextDecoder().decode(output).trimEnd())

/** Reads an object's text synchronously; empty where it is missing or larger than 4 MiB. */
export const readObject = (folder: string, object: string): string => {
  const { stdout, success } = Bun.spawnSync(["git", "-C", folder, "cat-file", "blob", object], {
    env: environment({}),
    stdin: "ignore",
    stderr: "ignore",
    maxBuffer: 4 << 20
  })
  return success ? stdout.toString() : ""
}
