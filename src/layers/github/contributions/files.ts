/**
 * Reads the files that a pull request changes, with their texts at the merge base and at the head. Commits never change, so answers about them are
 * cached.
 */
import { Array as Arrays, Effect, Either, Option, Schema } from "effect"
import { LRUCache } from "lru-cache"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import { DiffEntry } from "../../../domain/github/ContributionAnswers.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import {
  type ComparedFiles,
  type Content,
  changedFile,
  comparedBy,
  comparedByLists,
  contentOf,
  NO_CONTENT,
  sidesOf,
  withContents
} from "../../../rules/contributions/fromGitHub/comparedFiles.ts"
import type { Blob } from "../client/blobs.ts"
import { GitHubUnavailable } from "../errors.ts"
import { CommitCache } from "./CommitCache.ts"
import type { ContributionRequests } from "./requests.ts"

/** Texts per query. */
const TEXTS_PER_QUERY = 40

/** Comparisons cached in memory. */
const CACHED_COMPARISONS = 20_000

/** A pull request, with the two commits that decide its files. */
export interface PullRequestCommits {
  readonly repository: string
  readonly number: number
  readonly base: string
  readonly head: string
}

export interface PullRequestFiles {
  /** In GitHub's order. */
  readonly files: ReadonlyArray<ChangedFile>
  /** The commit of the base texts; null where the two sides share no commit, and the texts are those of `base`. */
  readonly mergeBase: string | null
  /** The texts exceed the size limit, so none are given. */
  readonly isTooLarge: boolean
}

type Memory = LRUCache<string, ComparedFiles>

export const makeMemory: Effect.Effect<Memory> = Effect.sync(() => new LRUCache({ max: CACHED_COMPARISONS }))

/** The cached entries that can be decoded. */
export const findAll = <A>(schema: Schema.Schema<A, string>, keys: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const found = yield* (yield* CommitCache).find(keys)
    const decode = Schema.decodeUnknownOption(schema)
    return new Map([...found].flatMap(([key, text]) => Option.toArray(Option.map(decode(text), (value) => [key, value] as const))))
  })

export const keepAll = <A>(schema: Schema.Schema<A, string>, entries: ReadonlyArray<readonly [string, A]>) =>
  Effect.flatMap(CommitCache, (cache) => cache.keep(new Map(entries.map(([key, value]) => [key, Schema.encodeSync(schema)(value)]))))

const KeptComparison = Schema.parseJson(Schema.Struct({ mergeBase: Schema.NullOr(Schema.String), entries: Schema.Array(DiffEntry) }))

const keyOfComparison = (name: RepositoryName, { base, head }: Pick<PullRequestCommits, "base" | "head">): string =>
  `compare ${name.toLowerCase()} ${base} ${head}`

const keyOfContent = (name: RepositoryName, expression: string): string => `file ${name.toLowerCase()} ${expression}`

/** The pull requests whose comparison is not cached. */
export const notKept = (name: RepositoryName, all: ReadonlyArray<PullRequestCommits>) =>
  Effect.map(
    findAll(
      KeptComparison,
      all.map((one) => keyOfComparison(name, one))
    ),
    (kept) => all.filter((one) => !kept.has(keyOfComparison(name, one)))
  )

export const keepComparison = (name: RepositoryName, commits: PullRequestCommits, compared: ComparedFiles) =>
  keepAll(KeptComparison, [[keyOfComparison(name, commits), compared]])

/** Caches contents by `commit:path`. */
export const keepContents = (name: RepositoryName, found: ReadonlyArray<readonly [expression: string, content: Content]>) =>
  keepAll(
    KeptContent,
    found.map(([expression, content]) => [keyOfContent(name, expression), content] as const)
  )

/**
 * Builds the comparison of a pull request that GitHub cannot compare from its lists of files and commits. Fails with `error` where these do not
 * suffice.
 */
const fromLists = (gitHub: ContributionRequests, name: RepositoryName, { number, head }: PullRequestCommits, error: GitHubUnavailable) =>
  Effect.gen(function* () {
    const entries = yield* gitHub.filesOf(name, number)
    const own = yield* gitHub.ownCommitsOf(name, number)
    return comparedByLists(entries, own, head) ?? (yield* error)
  })

/** Compares the two commits. If the comparison omits files, reads the pull request's own list. */
const compare = (gitHub: ContributionRequests, memory: Memory, name: RepositoryName, commits: PullRequestCommits) =>
  Effect.gen(function* () {
    const key = keyOfComparison(name, commits)
    const known = memory.get(key)
    if (known !== undefined) return known
    const kept = (yield* findAll(KeptComparison, [key])).get(key)
    if (kept !== undefined) {
      memory.set(key, kept)
      return kept
    }
    const comparison = yield* Effect.either(gitHub.comparison(name, commits.base, commits.head))
    if (Either.isLeft(comparison)) {
      const { left: error } = comparison
      if (error.limited === true || error.forbidden === true) return yield* error
      return yield* fromLists(gitHub, name, commits, error)
    }
    const { mergeBase, entries: named } = comparedBy(comparison.right, commits.head)
    const entries = named ?? (yield* gitHub.filesOf(name, commits.number))
    if (entries === null)
      return yield* new GitHubUnavailable({
        operation: `list the files of ${name}#${commits.number}`,
        why: "GitHub does not know it any more"
      })
    const compared: ComparedFiles = { mergeBase, entries }
    memory.set(key, compared)
    // The pull request's own list is of its newest head, so it must not be cached for this one.
    if (named !== null) yield* keepComparison(name, commits, compared)
    return compared
  })

const KeptContent = Schema.parseJson(
  Schema.Struct({ blob: Schema.NullOr(Schema.String), isBinary: Schema.Boolean, text: Schema.NullOr(Schema.String) })
)

const readContent = (gitHub: ContributionRequests, name: RepositoryName, blob: Blob) =>
  Effect.gen(function* () {
    const content = contentOf(blob)
    if (content !== undefined || blob?.__typename !== "Blob") return content ?? NO_CONTENT
    const whole = yield* gitHub.wholeBlob(name, blob.oid)
    if (whole._tag === "None") return yield* new GitHubUnavailable({ operation: `read ${blob.oid} of ${name}`, why: "it went away" })
    return { blob: blob.oid, isBinary: false, text: Buffer.from(whole.value.content, "base64").toString("utf8") }
  })

/** Fails unless all contents that GitHub did not show are submodules, whose contents are in other repositories. */
const checkAbsent = (gitHub: ContributionRequests, name: RepositoryName, absent: ReadonlyArray<string>) =>
  Effect.forEach(
    absent,
    (expression) =>
      Effect.filterOrFail(
        gitHub.isSubmodule(name, expression),
        (isSubmodule) => isSubmodule,
        () => new GitHubUnavailable({ operation: `read ${expression} of ${name}`, why: "GitHub lists the file and does not show it" })
      ),
    { discard: true }
  )

/** A file's text at one side of a comparison. */
interface Place {
  readonly expression: string
  /** Whether the file exists there, by the comparison. */
  readonly isThere: boolean
}

/** Fetches file contents by `commit:path`. Skips duplicates and cached entries. `null` means that they exceed the size limit. */
const contents = (gitHub: ContributionRequests, name: RepositoryName, places: ReadonlyArray<Place>, most: number) =>
  Effect.gen(function* () {
    const once = [...new Set(places.map(({ expression }) => expression))]
    const isThere = new Set(places.flatMap((one) => (one.isThere ? [one.expression] : [])))
    const found = new Map<string, Content>()
    const keyOf = (expression: string) => keyOfContent(name, expression)
    let bytes = 0
    for (const batch of Arrays.chunksOf(once, TEXTS_PER_QUERY)) {
      const kept = yield* findAll(KeptContent, batch.map(keyOf))
      const missing = batch.filter((expression) => !kept.has(keyOf(expression)))
      const asked = missing.length === 0 ? [] : yield* inParts(gitHub, name, missing)
      const absent = asked.flatMap(([expression, { blob }]) => (blob === null && isThere.has(expression) ? [expression] : []))
      yield* checkAbsent(gitHub, name, absent)
      // An absent file is not cached: it may appear later.
      yield* keepContents(
        name,
        asked.filter(([, { blob }]) => blob !== null)
      )
      const all = new Map(asked)
      for (const expression of batch) {
        const content = kept.get(keyOf(expression)) ?? all.get(expression) ?? NO_CONTENT
        found.set(expression, content)
        bytes += content.text === null ? 0 : Buffer.byteLength(content.text)
      }
      if (bytes > most) return null
    }
    return found
  })

/** Reads all expressions, in as many requests as GitHub needs. If an answer exceeds our size limit, halves the query. */
const inParts = (
  gitHub: ContributionRequests,
  name: RepositoryName,
  expressions: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<readonly [string, Content]>, GitHubUnavailable> => {
  const parts = (some: ReadonlyArray<string>, size: number) =>
    Effect.map(
      Effect.forEach(Arrays.chunksOf(some, size), (part) => inParts(gitHub, name, part)),
      (all) => all.flat()
    )
  return gitHub.blobs(name, expressions).pipe(
    Effect.flatMap((blobs) =>
      Effect.zipWith(
        Effect.forEach(blobs, (blob, place) =>
          Effect.map(readContent(gitHub, name, blob), (content) => [expressions[place] ?? "", content] as const)
        ),
        parts(expressions.slice(blobs.length), blobs.length),
        (first, others) => [...first, ...others]
      )
    ),
    Effect.catchIf(
      ({ limited, forbidden, tooMuch }) => expressions.length > 1 && limited !== true && forbidden !== true && tooMuch !== true,
      () => parts(expressions, Math.ceil(expressions.length / 2))
    )
  )
}

/** Reads the files of a pull request, with at most `most` bytes of texts of the wanted files. */
export const read = (
  gitHub: ContributionRequests,
  memory: Memory,
  commits: PullRequestCommits,
  wanted: (file: ChangedFile) => boolean,
  most: number
): Effect.Effect<PullRequestFiles, GitHubUnavailable, CommitCache> =>
  Effect.gen(function* () {
    const name = yield* Schema.decodeUnknown(RepositoryName)(commits.repository).pipe(
      Effect.mapError(({ message }) => new GitHubUnavailable({ operation: `read ${commits.repository}`, why: message }))
    )
    const { mergeBase, entries } = yield* compare(gitHub, memory, name, commits)
    const sides = entries.map((entry) => ({
      entry,
      ...(wanted(changedFile(entry)) ? sidesOf(entry, mergeBase ?? commits.base, commits.head) : { base: null, head: null })
    }))
    const found = yield* contents(
      gitHub,
      name,
      sides.flatMap(({ base, head }) => [
        // Without a merge base, the base branch's newest commit replaces it.
        ...(base === null ? [] : [{ expression: base, isThere: mergeBase !== null }]),
        ...(head === null ? [] : [{ expression: head, isThere: true }])
      ]),
      most
    )
    const side = (expression: string | null) => (expression === null || found === null ? undefined : (found.get(expression) ?? NO_CONTENT))
    const files = sides.map(({ entry, base, head }) => withContents(entry, side(base), side(head)))
    return { files, mergeBase, isTooLarge: found === null }
  })
