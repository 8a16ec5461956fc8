/** The files of single commits, from a repository on this machine or on a server. Nothing of a repository's own settings, hooks or filters is used. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Context, Effect, Layer, Schema, type Scope } from "effect"

/** Git could not do it. */
export class GitFailed extends Schema.TaggedError<GitFailed>()("GitFailed", { what: Schema.String, reason: Schema.String }) {
  override get message() {
    return `git can't ${this.what}: ${this.reason}`
  }
}

export interface ChangedPath {
  readonly path: string
  readonly change: "added" | "removed" | "modified"
}

export interface OpenRepository {
  /** The 40 hexadecimal digits of a commit, branch or tag. */
  readonly commitOf: (name: string) => Effect.Effect<string, GitFailed>
  /** The commit from which both went apart. */
  readonly mergeBase: (one: string, other: string) => Effect.Effect<string, GitFailed>
  /** What changed between two commits. A renamed file is a removed and an added one. */
  readonly changes: (base: string, head: string) => Effect.Effect<ReadonlyArray<ChangedPath>, GitFailed>
  /** Writes a commit's files to a new folder: no history, no remotes, no `.git`. Every user may read them. Submodules are left empty. */
  readonly writeFiles: (commit: string, folder: string) => Effect.Effect<void, GitFailed>
}

export class Checkout extends Context.Tag("gittensor/Checkout")<
  Checkout,
  {
    /** A repository on this machine, which is only read. */
    readonly openLocal: (path: string) => Effect.Effect<OpenRepository, GitFailed, Scope.Scope>
    /** Fetches commits, without their history, from a server. */
    readonly fetch: (url: string, commits: ReadonlyArray<string>) => Effect.Effect<OpenRepository, GitFailed, Scope.Scope>
  }
>() {}

/** Variables that lead to servers from networks with a proxy or certificates of their own. */
const PASSED = ["PATH", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "TMPDIR"]

const environment = (extra: Readonly<Record<string, string>>): Record<string, string> => ({
  ...Object.fromEntries(PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]]))),
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  ...extra
})

/** Runs git; interruption kills it. */
const git = (what: string, args: ReadonlyArray<string>, variables: Readonly<Record<string, string>>, cwd?: string) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.try({
        try: () =>
          Bun.spawn(["git", ...args], {
            env: environment(variables),
            stdin: "ignore",
            stdout: "pipe",
            stderr: "pipe",
            ...(cwd === undefined ? {} : { cwd })
          }),
        catch: () => new GitFailed({ what, reason: "git is not installed" })
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const [code, stdout, stderr] = yield* Effect.promise(() =>
      Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
    )
    if (code === 0) return stdout
    return yield* new GitFailed({
      what,
      reason:
        stderr
          .trim()
          .split("\n")
          .at(-1)
          ?.replace(/^(?:fatal|error): /, "") || `exit code ${code}`
    })
  }).pipe(Effect.scoped)

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-git-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const CHANGES: Readonly<Record<string, ChangedPath["change"]>> = { A: "added", D: "removed", M: "modified", T: "modified" }

/** An empty repository of ours; `objects`: a folder of another one's objects, which it reads as well. */
const emptyRepository = (objects: string | undefined) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const repository = join(folder, "repository")
    yield* git("make a repository", ["init", "--quiet", "--bare", "--template=", repository], {})
    if (objects !== undefined) {
      mkdirSync(join(repository, "objects", "info"), { recursive: true })
      writeFileSync(join(repository, "objects", "info", "alternates"), `${objects}\n`)
    }
    const variables = { GIT_DIR: repository }
    const run = (what: string, ...args: ReadonlyArray<string>) => git(what, args, variables)
    const opened: OpenRepository = {
      commitOf: (name) =>
        Effect.map(run(`find the commit "${name}"`, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`), (text) =>
          text.trim()
        ).pipe(Effect.mapError(({ what }) => new GitFailed({ what, reason: "the repository does not have it" }))),
      mergeBase: (one, other) =>
        Effect.map(run(`find where ${one} and ${other} went apart`, "merge-base", one, other), (text) => text.trim()).pipe(
          Effect.mapError(({ what }) => new GitFailed({ what, reason: "they have no commit in common" }))
        ),
      changes: (base, head) =>
        Effect.map(run("compare the commits", "diff", "--name-status", "--no-renames", "-z", base, head), (text) => {
          const parts = text.split("\0")
          const changed: Array<ChangedPath> = []
          for (let at = 0; at + 1 < parts.length; at += 2) {
            const change = CHANGES[parts[at] ?? ""]
            const path = parts[at + 1]
            if (change !== undefined && path !== undefined) changed.push({ path, change })
          }
          return changed
        }),
      writeFiles: (commit, target) =>
        Effect.gen(function* () {
          mkdirSync(target, { recursive: true })
          chmodSync(target, 0o755)
          const index = { ...variables, GIT_WORK_TREE: target, GIT_INDEX_FILE: join(folder, `index-${commit}`) }
          const what = `write the files of ${commit}`
          yield* git(what, ["read-tree", commit], index)
          // Git follows the umask, which may hide files from the box's user.
          yield* git(what, ["checkout-index", "--all", "--force"], index, target)
          yield* Effect.sync(() => Bun.spawnSync(["chmod", "-R", "a+rX", target]))
        })
    }
    return { opened, run }
  })

export const layer: Layer.Layer<Checkout> = Layer.succeed(
  Checkout,
  Checkout.of({
    openLocal: (path) =>
      Effect.gen(function* () {
        const what = `open ${path}`
        const [objects, names] = yield* Effect.all([
          git(what, ["-c", "safe.directory=*", "rev-parse", "--path-format=absolute", "--git-path", "objects"], {}, path),
          git(what, ["-c", "safe.directory=*", "for-each-ref", "--format=%(refname) %(objectname)"], {}, path)
        ])
        const head = yield* git(what, ["-c", "safe.directory=*", "rev-parse", "HEAD"], {}, path).pipe(Effect.orElseSucceed(() => ""))
        const { opened } = yield* emptyRepository(objects.trim())
        // Names are resolved here: branches and tags by their short names as well.
        const known = new Map([["HEAD", head.trim()]])
        for (const line of names.split("\n")) {
          const [name = "", commit = ""] = line.split(" ")
          for (const short of [name, name.replace(/^refs\/(?:heads|tags|remotes)\//, "")]) if (!known.has(short)) known.set(short, commit)
        }
        return { ...opened, commitOf: (name: string) => opened.commitOf(known.get(name) ?? name) }
      }),
    fetch: (url, commits) =>
      Effect.gen(function* () {
        const { opened, run } = yield* emptyRepository(undefined)
        yield* run(`fetch from ${url}`, "fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", url, ...commits)
        return opened
      })
  })
)
