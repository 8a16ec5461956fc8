/** Provides repositories to tasks: fetched from a server, or found on this machine. This process never reads their contents. */
import { lstatSync, mkdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { Context, Effect, Layer, type Scope } from "effect"
import { InvalidInput } from "../../domain/failures.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { Confined, type Place, type TaskNotDone } from "../machine/confined/Confined.ts"
import { type NoTemporaryFolder, removeLeftovers, temporaryFolder } from "../machine/process/temporaryFolder.ts"
import type { SandboxUnavailable } from "../machine/sandbox/Sandbox.ts"
import { type CommitsGone, fetchTask, type GitServerUnavailable, REPOSITORY_LIMITS } from "./fetchTask.ts"
import type { GitUnusable } from "./GitUnusable.ts"
import { networkTo } from "./networkTo.ts"
import { MOST_ALTERNATES } from "./openRepository.ts"
import { gitHubUrl } from "./operatorsServer.ts"

/** The places of a repository in a task's box, as `openRepository` understands them. */
export interface Repository {
  readonly places: Readonly<Record<string, Place>>
}

export class Repositories extends Context.Tag("gittensor/Repositories")<
  Repositories,
  {
    /** Finds the repository that contains a folder of this machine. It is only read. */
    readonly openLocal: (folder: string) => Effect.Effect<Repository, InvalidInput>
    /** Fetches commits, without their history, from a server. They stay while the scope is open. */
    readonly fetch: (
      url: string,
      commits: ReadonlyArray<string>
    ) => Effect.Effect<
      Repository,
      CommitsGone | GitServerUnavailable | GitUnusable | TaskNotDone | SandboxUnavailable | NoTemporaryFolder,
      Scope.Scope
    >
  }
>() {}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Whether a folder looks like a git directory: a task sees no other folder. */
const isGitFolder = (path: string): boolean => isFolder(path) && lstatSync(join(path, "HEAD"), { throwIfNoEntry: false }) !== undefined

const lineOf = (file: string): string => readFileSync(file, "utf8").slice(0, 4_096).split("\n")[0] ?? ""

/** The git directory of a working tree, a linked worktree, or a bare repository; undefined where `folder` is none of them. */
const gitFolderAt = (folder: string): string | undefined => {
  const found = statSync(join(folder, ".git"), { throwIfNoEntry: false })
  if (found?.isDirectory()) return join(folder, ".git")
  if (found?.isFile()) return resolve(folder, lineOf(join(folder, ".git")).replace(/^gitdir: /, ""))
  return isGitFolder(folder) && isFolder(join(folder, "objects")) ? folder : undefined
}

const gitFolderAbove = (folder: string): string | undefined =>
  gitFolderAt(folder) ?? (dirname(folder) === folder ? undefined : gitFolderAbove(dirname(folder)))

/** The repository's alternates. A task sees only folders named `objects`, and at most `MOST_ALTERNATES` of them. */
const alternatesOf = (common: string): ReadonlyArray<string> => {
  const file = join(common, "objects", "info", "alternates")
  if (!(statSync(file, { throwIfNoEntry: false })?.isFile() ?? false)) return []
  return readFileSync(file, "utf8")
    .slice(0, 65_536)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => resolve(common, "objects", line))
    .filter((path) => /[\\/]objects$/.test(path) && isFolder(join(path, "pack")))
    .slice(0, MOST_ALTERNATES)
}

const read = (outside: string): Place => ({ access: "read", outside })

const localRepository = (folder: string): Repository => {
  if (!isFolder(folder)) throw new Error("there is no such folder")
  const own = gitFolderAbove(resolve(folder))
  if (own === undefined) throw new Error("neither it nor a folder above it has a .git")
  if (!isGitFolder(own)) throw new Error(`${own} is not a folder of git's`)
  const shared = join(own, "commondir")
  const common = lstatSync(shared, { throwIfNoEntry: false }) === undefined ? own : resolve(own, lineOf(shared))
  if (!isGitFolder(common) || !isFolder(join(common, "objects"))) throw new Error(`${common} is not a folder of git's`)
  return {
    places: {
      own: read(own),
      common: read(common),
      ...Object.fromEntries(alternatesOf(common).map((path, index) => [`objects${index}`, read(path)]))
    }
  }
}

const make = Effect.gen(function* () {
  const { ask } = yield* Confined
  const gitHub = yield* gitHubUrl
  yield* removeLeftovers("git")
  return Repositories.of({
    openLocal: (folder) =>
      Effect.try({
        try: () => localRepository(folder),
        catch: (cause) => new InvalidInput({ message: `${folder} is not a git repository that can be read: ${messageOf(cause)}` })
      }),
    fetch: Effect.fn("Repositories.fetch")(function* (url: string, commits: ReadonlyArray<string>) {
      yield* Effect.annotateCurrentSpan({ url })
      const repository = join(yield* temporaryFolder("git"), "repository")
      mkdirSync(repository)
      yield* ask(
        fetchTask,
        { url, commits },
        {
          places: { repository: { access: "write", outside: repository, ...REPOSITORY_LIMITS } },
          network: networkTo(url, gitHub, REPOSITORY_LIMITS.bytes)
        }
      )
      return { places: { repository: read(repository) } } satisfies Repository
    })
  })
})

export const layer = Layer.effect(Repositories, make)
