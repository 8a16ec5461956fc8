/** Runs git on a repository that nobody vouches for: no hooks, no file system monitor, no configuration but the repository's own, no network, no shell. */
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

const environment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  ...(process.platform === "win32" ? { SystemRoot: process.env.SystemRoot ?? "" } : {})
})

/** What git writes on standard output. An interruption kills it. */
export const git = (
  folder: string,
  args: readonly [operation: string, ...rest: ReadonlyArray<string>],
  input = ""
): Effect.Effect<Uint8Array, GitMissing | GitRefused> =>
  Effect.acquireUseRelease(
    Effect.try({
      try: () =>
        Bun.spawn({
          cmd: ["git", "-C", folder, "--no-pager", ...SETTINGS.flatMap((setting) => ["-c", setting]), ...args],
          stdin: new Blob([input]),
          stdout: "pipe",
          stderr: "pipe",
          env: environment()
        }),
      catch: (cause) => new GitMissing({ reason: messageOf(cause) })
    }),
    (child) =>
      Effect.gen(function* () {
        const [output, errors, code] = yield* Effect.promise(() =>
          Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text(), child.exited])
        )
        if (code !== 0)
          return yield* new GitRefused({
            operation: args[0],
            why:
              errors
                .trim()
                .split("\n")
                .at(-1)
                ?.replace(/^(?:fatal|error): /, "") || `exit code ${code}`
          })
        return output
      }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
