/** Runs git on a repository that nobody vouches for: no hooks, no file system monitor, no configuration but the repository's own, no shell. */
import { Effect, Schema } from "effect"
import { messageOf } from "../../domain/messageOf.ts"

/** There is no program `git`, or it cannot be started. */
export class GitMissing extends Schema.TaggedError<GitMissing>()("GitMissing", { reason: Schema.String }) {
  override get message() {
    return `git can't be started (${this.reason}): install it (Debian: apt-get install git)`
  }
}

/** git refused. `why`: the last line that it wrote. */
export class GitRefused extends Schema.TaggedError<GitRefused>()("GitRefused", { operation: Schema.String, why: Schema.String }) {
  override get message() {
    return `git ${this.operation} failed: ${this.why}`
  }
}

export type GitFailed = GitMissing | GitRefused

/** Settings of the command line win over those of the repository. */
const SETTINGS: ReadonlyArray<string> = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "safe.directory=*",
  "protocol.allow=never",
  "diff.external=",
  "core.quotePath=false",
  "log.showSignature=false"
]

/** Gives up a server that sends less than 1,000 bytes a second for a minute. */
const NETWORK_SETTINGS: ReadonlyArray<string> = [
  "protocol.http.allow=always",
  "protocol.https.allow=always",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=60",
  "credential.helper="
]

/** Variables that lead to servers from networks with a proxy or certificates of their own. */
const NETWORK_VARIABLES = ["GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"]

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
  /** What git reads from standard input. */
  readonly input?: string
  /** Variables such as GIT_INDEX_FILE. */
  readonly variables?: Readonly<Record<string, string>>
  /** Allows servers by HTTP. By default git reaches none. */
  readonly network?: boolean
}

const lastLine = (errors: string): string | undefined =>
  errors
    .trim()
    .split("\n")
    .at(-1)
    ?.replace(/^(?:fatal|error): /, "")

/** What git writes on standard output. An interruption kills it. */
export const git = (
  folder: string,
  args: readonly [operation: string, ...rest: ReadonlyArray<string>],
  options: GitOptions = {}
): Effect.Effect<Uint8Array, GitFailed> =>
  Effect.acquireUseRelease(
    Effect.try({
      try: () => {
        const settings = [...SETTINGS, ...(options.network === true ? NETWORK_SETTINGS : [])]
        return Bun.spawn({
          cmd: ["git", "-C", folder, "--no-pager", ...settings.flatMap((setting) => ["-c", setting]), ...args],
          stdin: new Blob([options.input ?? ""]),
          stdout: "pipe",
          stderr: "pipe",
          env: environment(options)
        })
      },
      catch: (cause) => new GitMissing({ reason: messageOf(cause) })
    }),
    (child) =>
      Effect.gen(function* () {
        const [output, errors, code] = yield* Effect.promise(() =>
          Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text(), child.exited])
        )
        if (code !== 0) return yield* new GitRefused({ operation: args[0], why: lastLine(errors) || `exit code ${code}` })
        return output
      }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** What git writes on standard output, as text without the last line's end. */
export const gitText = (...call: Parameters<typeof git>): Effect.Effect<string, GitFailed> =>
  Effect.map(git(...call), (output) => new TextDecoder().decode(output).trimEnd())
