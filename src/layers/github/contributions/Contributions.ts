/**
 * Loads the evidence for a round of contributions from GitHub: pull requests with their labels, reviews and linked issues, issues that miners opened,
 * and changed files. Evidence that cannot be loaded is reported as missing; it never counts as absent.
 *
 * Rules that turn answers into records are in rules/contributions/fromGitHub. In this folder: lists.ts (REST) and details.ts (GraphQL)
 * send their requests through requests.ts, within limits.ts. remembered.ts compares with earlier rounds, ofRepository.ts makes a repository's part of
 * the round, and round.ts joins the parts. readLanded.ts asks git what merges changed. files.ts loads changed files, readAhead.ts takes them from git
 * first, and CommitCache.ts caches what never changes.
 */
import { join } from "node:path"
import { Context, Duration, Effect, Either, Layer, Option } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import { pullRequestKey, type RecordedPullRequest, type RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import type { IssueRef, RepositoryName } from "../../../domain/IssueRef.ts"
import type { RosterRepositories, RosterRepository } from "../../../domain/Roster.ts"
import { MAX_ALL_BYTES } from "../../../rules/contributions/fromGitHub/comparedFiles.ts"
import { isPullRequestWithin, windowOf } from "../../../rules/contributions/fromGitHub/withinWindow.ts"
import { type HadShares, hadShares } from "../../../rules/contributions/had.ts"
import * as GitHistory from "../../git/history/GitHistory.ts"
import type { ParentOf } from "../../git/history/parents.ts"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { removeLeftovers, temporaryFolder } from "../../machine/process/temporaryFolder.ts"
import { processAbsences as sharedAbsences } from "../Absences.ts"
import type { Account } from "../client/rest.ts"
import * as Transport from "../client/transport.ts"
import { GitHubUnavailable, PullRequestNotFound } from "../errors.ts"
import { type GitHubSettings, gitHubSettings } from "../settings.ts"
import { CommitCache, layerFile, layerNone } from "./CommitCache.ts"
import * as Files from "./files.ts"
import * as HadBefore from "./HadBefore.ts"
import type { Cost } from "./limits.ts"
import * as Lists from "./lists.ts"
import { readParents } from "./parents.ts"
import { makeReadAhead, type WantedFiles } from "./readAhead.ts"
import { make as makeRequests } from "./requests.ts"
import { makeReadRound, readPullRequest } from "./round.ts"

export { GitHubUnavailable, PullRequestNotFound } from "../errors.ts"
export type { PullRequestCommits } from "./files.ts"

export interface RoundRequest {
  /** The timestamp whose state is recorded, in microseconds since 1970. Later events are ignored. */
  readonly now: number
  readonly repositories: RosterRepositories
  /** The GitHub account of each registered UID; null where none is linked. */
  readonly uids: Readonly<Record<string, string | null>>
  /** Logins by account, where they are known. */
  readonly logins?: Readonly<Record<string, string>> | undefined
  /** Whether this round may be loaded again. Until `forgetRound`, its complete parts then stay in memory, and only the others are read again. */
  readonly goesOn?: boolean | undefined
}

/** A merged pull request by its landed commits. `repository`: as the roster spells it; times: microseconds since 1970. */
export interface MergedWork extends Files.PullRequestCommits {
  readonly openedAt: number
  readonly mergedAt: number
  /** Its author's account; empty where it was deleted. */
  readonly author: string
  /** Its tokens before anything was found to be had before. */
  readonly tokens: number
}

/** `isPartial`: not everything was looked at, so that another time more may be found. */
export interface MeasuredShares extends HadShares {
  readonly isPartial: boolean
}

export interface LoadedRound {
  /** Everything but the files, which are loaded one pull request at a time: all their texts together would not fit into memory. */
  readonly record: RoundRecord
  readonly missing: ReadonlyArray<MissingEvidence>
  /** Repositories of the roster that are gone or private, as checks over hours have proved. What only this reading missed is in `missing`. */
  readonly gone: ReadonlyArray<string>
  /** The repositories' present names, by the roster's names in lower case. */
  readonly names: Readonly<Record<string, string>>
}

/** One pull request as of a timestamp. */
export interface FoundPullRequest {
  readonly pull: RecordedPullRequest
  /** Its repository's present name. */
  readonly repository: RepositoryName
  readonly isWithinWindow: boolean
}

export class Contributions extends Context.Tag("gittensor/Contributions")<
  Contributions,
  {
    /** Fails only when no request is possible, as without a token. */
    readonly load: (request: RoundRequest) => Effect.Effect<LoadedRound, GitHubUnavailable>
    /** Frees the memory of a round that was loaded with `goesOn` and will not be loaded again. */
    readonly forgetRound: Effect.Effect<void>
    /** One pull request, whether it counts or not. `now`: microseconds since 1970. */
    readonly pullRequest: (
      ref: IssueRef,
      settings: RosterRepository,
      now: number
    ) => Effect.Effect<FoundPullRequest, PullRequestNotFound | GitHubUnavailable>
    readonly account: (login: string) => Effect.Effect<typeof Account.Type, OperationFailed | GitHubUnavailable>
    /**
     * The files that a pull request changes, with both texts of the `wanted` files. Texts over 1,000,000 bytes, and those that GitHub takes for
     * binary, are left out.
     */
    readonly filesOf: (
      commits: Files.PullRequestCommits,
      wanted: (file: ChangedFile) => boolean
    ) => Effect.Effect<Files.PullRequestFiles, GitHubUnavailable>
    /**
     * How much of what each pull request's files add was had before, by `pullRequestKey`. It is looked for in every repository
     * of the roster, in files with these extensions. What is left out is not measured: git does not show it, or the command runs only once.
     */
    readonly hadShares: (
      roster: { readonly repositories: RosterRepositories; readonly extensions: ReadonlyArray<string> },
      work: ReadonlyArray<MergedWork>
    ) => Effect.Effect<ReadonlyMap<string, MeasuredShares>>
    /** Facts about the files that a pull request changes, in the tree before it, by path. */
    readonly parentsOf: (commits: Files.PullRequestCommits) => Effect.Effect<ParentOf, GitHubUnavailable>
    /**
     * Asks git at once about pull requests whose files will be asked for, where it can be had. Nothing is missing afterwards: what git does not tell, `filesOf`
     * asks GitHub.
     */
    readonly readAhead: (all: ReadonlyArray<Files.PullRequestCommits>, wanted: WantedFiles) => Effect.Effect<void>
    /** The cost of all requests so far. */
    readonly cost: Effect.Effect<Cost>
  }
>() {}

/** Time limit of a request: a secondary rate limit may ask for a wait of a minute or more. */
const REQUEST_TIMEOUT = Duration.minutes(3)

/** How long a list's page is cached with its ETag after its last use: two epochs of 72 minutes, and some more. */
const PAGE_CACHED_FOR = Duration.hours(3)

/** Tokens of a landing from which on it is looked for in other repositories too. */
const LARGE_TOKENS = 100

const milliseconds = (microseconds: number): number => Math.floor(microseconds / 1_000)

export const makeWith = Effect.fn("Contributions.make")(function* (settings: GitHubSettings) {
  const own = { ...settings, patience: Duration.max(settings.patience, REQUEST_TIMEOUT), answersUnused: PAGE_CACHED_FOR }
  const gitHub = yield* makeRequests(yield* Transport.make(own), own)
  const absences = yield* sharedAbsences
  const memory = yield* Files.makeMemory
  const cache = yield* CommitCache
  const rounds = yield* makeReadRound
  const record = yield* GitHistory.GitHistory
  const roundSources = Effect.map(Effect.cachedFunction(gitHub.publicMembers), (publicMembers) => ({
    gitHub,
    absences,
    record,
    commits: cache,
    associations: { rest: gitHub, publicMembers, absences, condition: gitHub.condition }
  }))

  const load = Effect.fn("Contributions.load")(function* (request: RoundRequest) {
    const began = yield* elapsedMillis
    const before = yield* gitHub.cost
    const accounts = [...new Set(Object.values(request.uids).flatMap((account) => account ?? []))].toSorted()
    const sought: ReadonlyArray<Lists.AccountToList> = accounts.map((id) => ({ id, login: request.logins?.[id] }))
    const round = yield* rounds.read(yield* roundSources, request, sought)
    const after = yield* gitHub.cost
    yield* Effect.logDebug("contributions loaded", {
      questions: after.questions - before.questions,
      points: after.points - before.points,
      milliseconds: (yield* elapsedMillis) - began,
      missing: round.missing.length
    })
    return round
  })

  const filesOf = Effect.fn("Contributions.filesOf")(function* (commits: Files.PullRequestCommits, wanted: (file: ChangedFile) => boolean) {
    yield* Effect.annotateCurrentSpan("pullRequest", `${commits.repository}#${commits.number}`)
    const read = Files.read(gitHub, memory, commits, wanted, settings.textBytes ?? MAX_ALL_BYTES)
    return yield* Effect.provideService(read, CommitCache, cache)
  })

  const parentsOf = Effect.fn("Contributions.parentsOf")((commits: Files.PullRequestCommits) =>
    Effect.provideService(readParents(gitHub, record, commits), CommitCache, cache)
  )

  const whoBrought: HadBefore.WhoBrought = Effect.fn("Contributions.whoBrought")(function* ({ id, url }, commits) {
    const found = yield* gitHub.repositoryById(id)
    return Option.isNone(found)
      ? yield* new GitHubUnavailable({ operation: `read who brought ${commits.length} commits of ${url}`, why: "GitHub does not show it" })
      : yield* gitHub.whoBrought(found.value.full_name, id, commits)
  })
  const hadBefore = yield* HadBefore.make(whoBrought)
  const measureHad = Effect.fn("Contributions.hadShares")(function* (
    { extensions, repositories }: { readonly repositories: RosterRepositories; readonly extensions: ReadonlyArray<string> },
    all: ReadonlyArray<MergedWork>
  ) {
    const nothing: ReadonlyMap<string, MeasuredShares> = new Map()
    if (all.length === 0 || !record.keepsClones || settings.largestClone !== undefined) return nothing
    const { clones, origins, unshown } = yield* Lists.placesOf({ absences, gitHub }, repositories)
    if (unshown.length > 0) yield* Effect.logWarning(`how much of large work existed before is measured in part: ${unshown[0]}`)
    const work = all.flatMap(
      ({ author, base, head, mergedAt, number, openedAt, repository, tokens }): ReadonlyArray<HadBefore.LandedWork> => {
        const clone = clones.get(repository.toLowerCase())
        return clone === undefined
          ? []
          : [
              {
                base,
                head,
                number,
                author,
                repository: clone,
                openedAt: milliseconds(openedAt),
                landedAt: milliseconds(mergedAt),
                isLarge: tokens >= LARGE_TOKENS
              }
            ]
      }
    )
    const names = new Map([...clones].map(([name, { id }]) => [id, name]))
    const measured = [...(yield* hadBefore({ roster: [...clones.values(), ...origins], isAll: unshown.length === 0, extensions }, work))]
    const unmeasured = measured.flatMap(([, files]) => (Either.isLeft(files) ? [files.left] : []))
    const [first] = unmeasured
    if (first !== undefined)
      yield* Effect.logWarning(
        `how much existed before is not measured in ${unmeasured.length} of ${work.length} pull requests; the first: ${first.message}`
      )
    return new Map(
      measured.flatMap(([{ number, repository }, files]) =>
        Either.isLeft(files)
          ? []
          : [
              [
                pullRequestKey(names.get(repository.id) ?? "", number),
                { ...hadShares(files.right.files), isPartial: files.right.isPartial }
              ] as const
            ]
      )
    )
  })

  const readByGit = yield* makeReadAhead(gitHub, record, settings.largestClone)
  const readAhead = Effect.fn("Contributions.readAhead")((all: ReadonlyArray<Files.PullRequestCommits>, wanted: WantedFiles) =>
    Effect.provideService(readByGit(all, wanted), CommitCache, cache)
  )

  const pullRequest = Effect.fn("Contributions.pullRequest")(function* (ref: IssueRef, settings: RosterRepository, now: number) {
    yield* Effect.annotateCurrentSpan("pullRequest", ref.toString())
    const found = yield* readPullRequest(yield* roundSources, ref.repository, settings, ref.number, now)
    if (found === null || found.pull === null) return yield* new PullRequestNotFound({ ref, isIssue: found !== null })
    const { since } = windowOf({ settings, now })
    return { pull: found.pull, repository: found.name, isWithinWindow: isPullRequestWithin(found.listed, since, now) }
  })

  const account = Effect.fn("Contributions.account")(function* (login: string) {
    const found = yield* gitHub.userByLogin(login)
    return yield* Option.match(found, {
      onNone: () => new OperationFailed({ message: `GitHub has no account "${login}"` }),
      onSome: (one) => Effect.succeed(one)
    })
  })

  return Contributions.of({
    load,
    forgetRound: rounds.forget,
    pullRequest,
    account,
    filesOf,
    parentsOf,
    hadShares: measureHad,
    readAhead,
    cost: gitHub.cost
  })
})

/** In kilobytes, by GitHub's count: to clone more takes longer than to request one person's pull requests from GitHub. */
const LARGEST_FOR_ONCE = 256_000

/** For a command that runs once: uses all of the rate limit, and caches nothing across runs. */
export const layerWithoutReserve = Layer.scoped(
  Contributions,
  Effect.flatMap(gitHubSettings, (settings) => makeWith({ ...settings, reserve: 0, largestClone: LARGEST_FOR_ONCE }))
).pipe(
  Layer.provide(
    Layer.unwrapScoped(
      Effect.zipRight(removeLeftovers("record"), temporaryFolder("record")).pipe(
        Effect.map((folder) => Layer.merge(layerFile(join(folder, "commits.sqlite")), GitHistory.layer(join(folder, "repositories")))),
        Effect.catchTag("NoTemporaryFolder", ({ message }) => Effect.as(Effect.logWarning(message), layerNone))
      )
    )
  )
)

/** For a validator and its workers. `commits`: the file that caches GitHub's answers about commits, within `bytes`. */
export const layer = (commits: string, bytes: number) =>
  Layer.scoped(Contributions, Effect.flatMap(gitHubSettings, makeWith)).pipe(Layer.provide(layerFile(commits, bytes)))
