/**
 * A bare partial clone without blobs, updated by a worker. Its settings name no server, so git never fetches a missing object by itself; only the
 * calls here fetch.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Either } from "effect"
import { GitServerUnavailable } from "../fetchTask.ts"
import { type GitFailed, GitRefused, git, gitText } from "../git.ts"
import { MOST_PACKS } from "./historyTask.ts"
import { referencesOf } from "./references.ts"

/** The reference to the default branch's newest commit, independent of the branch's name. */
const DEFAULT = "refs/record/default"
const headRef = (pullRequest: number): string => `refs/pull/${pullRequest}/head`

/** A clone's settings, written anew before each use. */
const SETTINGS = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"

export interface Tips {
  readonly branch: string
  readonly head: string
  readonly heads: ReadonlyArray<string | null>
}

/** Settings for a partial clone from a server: fetch without blobs, and accept that existing objects are incomplete. */
const server = (url: string): ReadonlyArray<string> => [
  `remote.origin.url=${url}`,
  "remote.origin.promisor=true",
  "remote.origin.partialclonefilter=blob:none"
]

const asError = (url: string) => (refused: GitRefused) =>
  refused.isBeyondLimit ? refused : new GitServerUnavailable({ url, why: refused.why })

const commitAt = (folder: string, name: string): Effect.Effect<string | null, GitFailed> =>
  gitText(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).pipe(
    Effect.catchTag("GitRefused", () => Effect.succeed(null))
  )

/** The SQLite file with the runs of words of known contents. It stays when a clone is made again, with the files that SQLite writes beside it. */
export const KEPT_RUNS = "runs.sqlite"

const empty = (folder: string): void => {
  for (const name of readdirSync(folder)) if (!name.startsWith(KEPT_RUNS)) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Removes what an interrupted task left: a partial pack, and stale locks. */
const tidy = (folder: string): void => {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".lock") || /^objects\/pack\/\.?tmp/.test(name)) rmSync(join(folder, name), { force: true })
}

const packsIn = (folder: string): number => {
  const packs = join(folder, "objects", "pack")
  return existsSync(packs) ? readdirSync(packs).filter((name) => name.endsWith(".pack")).length : 0
}

/** Prepares a clone for use. A clone that is broken, or has many packs, is emptied. */
const prepare = Effect.fn("prepare")(function* (folder: string) {
  tidy(folder)
  writeFileSync(join(folder, "config"), SETTINGS)
  const isBroken = existsSync(join(folder, DEFAULT)) && (yield* commitAt(folder, DEFAULT)) === null
  if (isBroken || packsIn(folder) > MOST_PACKS) empty(folder)
  if (!existsSync(join(folder, "HEAD"))) yield* git(folder, ["init", "--quiet", "--bare", "--template=", folder])
})

/** Updates a clone: the default branch, and the heads of pull requests that the server shows. */
export const update = Effect.fn("update")(function* (folder: string, url: string, pullRequests: ReadonlyArray<number>) {
  yield* prepare(folder)
  const there = yield* referencesOf(folder, url, pullRequests.map(headRef)).pipe(
    Effect.catchTag("GitRefused", (refused) => Effect.fail(asError(url)(refused)))
  )
  const head = there.commits.get("HEAD")
  if (head === undefined || there.branch === undefined)
    return yield* new GitServerUnavailable({ url, why: "it has no default branch, or an empty one" })
  const wanted = [["HEAD", DEFAULT] as const, ...pullRequests.map((number) => [headRef(number), headRef(number)] as const)].filter(
    ([name]) => there.commits.has(name)
  )
  const have = yield* Effect.forEach(wanted, ([, own]) => commitAt(folder, own))
  const changed = wanted.filter(([name], index) => have[index] !== there.commits.get(name))
  if (changed.length > 0)
    yield* git(
      folder,
      ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", ...changed.map(([name, own]) => `+${name}:${own}`)],
      { network: true, settings: server(url) }
    ).pipe(Effect.catchTag("GitRefused", (refused) => Effect.fail(asError(url)(refused))))
  const newest = yield* commitAt(folder, DEFAULT)
  if (newest === null) return yield* new GitRefused({ operation: "fetch", why: "the default branch did not arrive" })
  const heads = yield* Effect.forEach(pullRequests, (number) =>
    there.commits.has(headRef(number)) ? commitAt(folder, headRef(number)) : Effect.succeed(null)
  )
  const tips: Tips = { branch: there.branch, head: newest, heads }
  return tips
})

const missingOf = Effect.fn("missingOf")(function* (folder: string, objects: ReadonlyArray<string>) {
  if (objects.length === 0) return []
  const said = yield* gitText(folder, ["cat-file", "--batch-check=%(objectname)"], { input: `${[...new Set(objects)].join("\n")}\n` })
  return said.split("\n").flatMap((line) => (line.endsWith(" missing") ? [line.slice(0, -" missing".length)] : []))
})

/** A server's message about a commit that it does not have. */
const NOT_THERE = /\bnot our ref ([0-9a-f]{40,64})\b/

/** The most commits that the server may lack in one task. Each costs a request. */
const MOST_GONE = 20

/** Fetches commits with their histories, as far as the server has them. */
export const fetchCommits = Effect.fn("fetchCommits")(function* (folder: string, url: string, commits: ReadonlyArray<string>) {
  const wanted = new Set(yield* missingOf(folder, commits))
  for (let gone = 0; wanted.size > 0; gone++) {
    const input = `${[...wanted].join("\n")}\n`
    const fetched = yield* Effect.either(
      git(folder, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--stdin", "origin"], {
        input,
        network: true,
        settings: server(url)
      })
    )
    if (Either.isRight(fetched)) return
    const { left: failed } = fetched
    if (failed._tag === "GitMissing") return yield* failed
    const [, unknown] = NOT_THERE.exec(failed.why) ?? []
    if (unknown === undefined || gone >= MOST_GONE || !wanted.delete(unknown)) return yield* asError(url)(failed)
  }
})

/** Fetches blobs that the clone lacks. */
export const fetchObjects = Effect.fn("fetchObjects")(function* (folder: string, url: string, objects: ReadonlyArray<string>) {
  const missing = yield* missingOf(folder, objects)
  if (missing.length === 0) return
  yield* git(folder, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--stdin", "origin"], {
    input: `${missing.join("\n")}\n`,
    network: true,
    settings: [...server(url), "fetch.negotiationAlgorithm=noop"]
  }).pipe(Effect.catchTag("GitRefused", (refused) => Effect.fail(asError(url)(refused))))
})
