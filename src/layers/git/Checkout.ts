/** The files of single commits, from a repository on this machine or on a server. Nothing of a repository's own settings, hooks or filters is used. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Context, Duration, Effect, Layer, Schema, type Scope } from "effect"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import { removeLeftovers, temporaryFolder } from "../process/temporaryFolder.ts"
import { changedFiles, sourcesAt } from "./changedFiles.ts"
import { type GitFailed, type GitMissing, git, gitText } from "./git.ts"

/** The folder is in no repository of git. */
class UnusableRepository extends Schema.TaggedError<UnusableRepository>()("UnusableRepository", {
  folder: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `${this.folder} is not a git repository that can be read: ${this.why}`
  }
}

/** A name that is no commit here. */
export class UnusableReference extends Schema.TaggedError<UnusableReference>()("UnusableReference", {
  name: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `"${this.name}" can't be used: ${this.why}`
  }
}

/** The server has not got a commit, or not any more: a force-push removed it, or its repository is gone. */
export class CommitsGone extends Schema.TaggedError<CommitsGone>()("CommitsGone", { url: Schema.String, why: Schema.String }) {
  override get message() {
    return `the commits can't be fetched from ${this.url} (${this.why}): were they replaced by a force-push?`
  }
}

/** The server did not answer, or refused. It says nothing about the commits. */
export class GitServerUnavailable extends Schema.TaggedError<GitServerUnavailable>()("GitServerUnavailable", {
  url: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `${this.url} can't be fetched from: ${this.why}`
  }
}

export interface ChangedPath {
  readonly path: string
  readonly change: "added" | "removed" | "modified"
}

export interface OpenRepository {
  /** The 40 hexadecimal digits of a commit, branch or tag. */
  readonly commitOf: (name: string) => Effect.Effect<string, UnusableReference | GitMissing>
  /** The commit from which both went apart. */
  readonly mergeBase: (one: string, other: string) => Effect.Effect<string, UnusableReference | GitMissing>
  /** The messages of the commits that `head` has and `base` has not, newest first, at most 200. */
  readonly messages: (base: string, head: string) => Effect.Effect<ReadonlyArray<string>, GitFailed>
  /** What changed between two commits. A renamed file is a removed and an added one. */
  readonly changes: (base: string, head: string) => Effect.Effect<ReadonlyArray<ChangedPath>, GitFailed>
  /** The files that differ between two commits, with their texts. */
  readonly changedFiles: (base: string, head: string) => Effect.Effect<ReadonlyArray<GateFile>, GitFailed>
  /** The texts of a commit's files whose path is wanted, as many as fit into 32 MiB. */
  readonly sources: (
    commit: string,
    isWanted: (path: string) => boolean
  ) => Effect.Effect<ReadonlyArray<{ readonly path: string; readonly text: string }>, GitFailed>
  /** Writes a commit's files to a new folder: no history, no remotes, no `.git`. Every user may read them. Submodules are left empty. */
  readonly writeFiles: (commit: string, folder: string) => Effect.Effect<void, GitFailed>
}

export class Checkout extends Context.Tag("gittensor/Checkout")<
  Checkout,
  {
    /** A repository on this machine, which is only read. */
    readonly openLocal: (path: string) => Effect.Effect<OpenRepository, UnusableRepository | GitFailed, Scope.Scope>
    /** Fetches commits, without their history, from a server. */
    readonly fetch: (
      url: string,
      commits: ReadonlyArray<string>
    ) => Effect.Effect<OpenRepository, CommitsGone | GitServerUnavailable | GitFailed, Scope.Scope>
  }
>() {}

const CHANGES: Readonly<Record<string, ChangedPath["change"]>> = { A: "added", D: "removed", M: "modified", T: "modified" }

const MOST_MESSAGES = 200

/** Names and history come from `named`, which has them; objects come from `repository`, an empty one of ours without anybody's settings. */
const opened = (named: string, repository: string, indices: string): OpenRepository => ({
  commitOf: (name) =>
    gitText(named, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).pipe(
      Effect.catchTag("GitRefused", () => new UnusableReference({ name, why: "it is no branch, tag or commit here" }))
    ),
  mergeBase: (one, other) =>
    gitText(named, ["merge-base", one, other]).pipe(
      Effect.catchTag("GitRefused", () => new UnusableReference({ name: one, why: `it has no common history with ${other}` }))
    ),
  messages: (base, head) =>
    Effect.map(gitText(named, ["log", "-z", `-n${MOST_MESSAGES}`, "--format=%B", `${base}..${head}`]), (text) =>
      text
        .split("\0")
        .map((message) => message.trim())
        .filter((message) => message !== "")
    ),
  changes: (base, head) =>
    Effect.map(gitText(repository, ["diff-tree", "--name-status", "--no-renames", "-r", "-z", base, head]), (text) => {
      const parts = text.split("\0")
      const changed: Array<ChangedPath> = []
      for (let at = 0; at + 1 < parts.length; at += 2) {
        const change = CHANGES[parts[at] ?? ""]
        const path = parts[at + 1]
        if (change !== undefined && path !== undefined) changed.push({ path, change })
      }
      return changed
    }),
  changedFiles: (base, head) => changedFiles(repository, base, head),
  sources: (commit, isWanted) => sourcesAt(repository, commit, isWanted),
  writeFiles: (commit, target) =>
    Effect.gen(function* () {
      mkdirSync(target, { recursive: true })
      chmodSync(target, 0o755)
      const variables = { GIT_DIR: repository, GIT_WORK_TREE: target, GIT_INDEX_FILE: join(indices, `index-${commit}`) }
      yield* git(repository, ["read-tree", commit], { variables })
      // Git follows the umask, which may hide files from the box's user.
      yield* git(target, ["checkout-index", "--all", "--force"], { variables })
      yield* Effect.sync(() => Bun.spawnSync(["chmod", "-R", "a+rX", target]))
    })
})

/** An empty repository of ours; `objects`: a folder of another one's objects, which it reads as well. */
const emptyRepository = (objects: string | undefined) =>
  Effect.gen(function* () {
    const folder = yield* Effect.orDie(temporaryFolder("git"))
    const repository = join(folder, "repository")
    yield* git(folder, ["init", "--quiet", "--bare", "--template=", repository])
    if (objects !== undefined) {
      mkdirSync(join(repository, "objects", "info"), { recursive: true })
      writeFileSync(join(repository, "objects", "info", "alternates"), `${objects}\n`)
    }
    return { folder, repository }
  })

/** A repository of several gigabytes takes minutes. */
const FETCH_LIMIT = Duration.minutes(15)

/** What servers say about commits that they don't have, or may not show. */
const GONE = /not our ref|couldn't find remote ref|no such remote ref|unadvertised object|repository .* not found|could not read Username/i

export const layer: Layer.Layer<Checkout> = Layer.effect(
  Checkout,
  Effect.as(
    removeLeftovers("git"),
    Checkout.of({
      openLocal: (path) =>
        Effect.gen(function* () {
          const objects = yield* gitText(path, ["rev-parse", "--path-format=absolute", "--git-path", "objects"]).pipe(
            Effect.catchTag("GitRefused", ({ why }) => new UnusableRepository({ folder: path, why }))
          )
          const { folder, repository } = yield* emptyRepository(objects)
          return opened(path, repository, folder)
        }),
      fetch: (url, commits) =>
        Effect.gen(function* () {
          const { folder, repository } = yield* emptyRepository(undefined)
          yield* git(repository, ["fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", url, ...commits], {
            network: true
          }).pipe(
            Effect.catchTag("GitRefused", ({ why }) =>
              Effect.fail(GONE.test(why) ? new CommitsGone({ url, why }) : new GitServerUnavailable({ url, why }))
            ),
            Effect.timeoutFail({
              duration: FETCH_LIMIT,
              onTimeout: () => new GitServerUnavailable({ url, why: `no complete answer within ${Duration.format(FETCH_LIMIT)}` })
            })
          )
          return opened(repository, repository, folder)
        })
    })
  )
)
