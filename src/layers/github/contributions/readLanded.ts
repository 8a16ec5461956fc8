/**
 * Reads the net diff of merged pull requests on the default branch, as of a timestamp. Git has the commits; GitHub's list of pushes says which commit
 * was the branch's head then. What cannot be read is missing; it never counts as absent.
 */

import { Array as Arrays, Effect, Either, Schema } from "effect"
import type { RepositoryName } from "../../../domain/IssueRef.ts"
import { MICROSECONDS_PER_DAY } from "../../../rules/contributions/figures.ts"
import {
  branchTipAt,
  type LandedChange,
  landedChangesOf,
  type MergedPullRequest,
  neverLanded,
  type PlacedMerge,
  placeOf,
  type Summary
} from "../../../rules/contributions/fromGitHub/landedChanges.ts"
import type { Push } from "../../../rules/contributions/fromGitHub/peopleOf.ts"
import { type History, placesOnLine, upTo } from "../../../rules/github/branchHistory.ts"
import type { NoGitRecord, RecordedRepository } from "../../git/history/GitHistory.ts"
import type { RecordedChange } from "../../git/history/historyTask.ts"
import { contained } from "../../machine/effects/contained.ts"
import { GitHubUnavailable } from "../errors.ts"
import { OwnCommit, type OwnCommits } from "../evidence/ownCommits.ts"
import { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll } from "./files.ts"
import type * as Lists from "./lists.ts"
import type { ContributionRequests } from "./requests.ts"

/** The repository of the merges, and the timestamp to read as of, in microseconds since 1970. */
export interface Place {
  readonly repository: RecordedRepository
  readonly name: RepositoryName
  readonly now: number
  /** From when on it is asked who moved the branch; null: nobody asks. */
  readonly movesSince: number | null
}

type Sources = Pick<Lists.Sources, "gitHub" | "record" | "commits">

type Trouble = GitHubUnavailable | NoGitRecord

/** Diffs in one question to git: their lines must fit into one answer. */
const CHANGES_AT_ONCE = 20
/** Merges in one question to git about whether they stand. */
const STANDINGS_AT_ONCE = 20
/** The most base commits from which to try to read the history. */
const BASES_TRIED = 10

const unavailable = (name: RepositoryName, why: string) =>
  new GitHubUnavailable({ operation: `find out what pull requests changed on the default branch of ${name}`, why })

/** The default branch's commits since the first of these merges' bases that git can read, and its present head. */
const readHistory = ({ record }: Sources, { name, repository }: Place, merges: ReadonlyArray<MergedPullRequest>) =>
  Effect.gen(function* () {
    const bases = [
      ...new Set(merges.toSorted((one, other) => one.mergedAt - other.mergedAt || one.number - other.number).map(({ base }) => base))
    ]
    for (const commit of bases.slice(0, BASES_TRIED)) {
      const { branch, head, since } = yield* record.ask(repository, { since: [commit] })
      const [list] = since
      if (list === null || list === undefined) continue
      if (!list.isAll) return yield* unavailable(name, "it has more commits since then than can be read")
      return { branch, head, commits: list.commits }
    }
    return yield* unavailable(name, "git does not show where they began")
  })

const KeptPush = Schema.Struct({ account: Schema.Int, at: Schema.Number })
/** Who moved a branch from one moment to another; null: there were too many moves, and nobody asks until a day has gone by. */
const KeptMoves = Schema.parseJson(
  Schema.Struct({ from: Schema.Number, until: Schema.Number, moves: Schema.NullOr(Schema.Array(KeptPush)) })
)
/** The most moves of a branch within the roster's days that are read. Beyond them no validator knows who can push, so that all agree. */
const MOST_MOVES = 1_800

/**
 * What moved a branch after a moment, and who moved it since `place.movesSince`; undefined: that is not known. The moves that were read before are kept, so that only newer
 * ones are asked for.
 */
const readMoves = (gitHub: ContributionRequests, { movesSince: since, name, now }: Place, branch: string) =>
  Effect.gen(function* () {
    if (since === null) return { later: yield* gitHub.movesSince(name, branch, now), moves: undefined }
    const key = `moves ${name.toLowerCase()} ${branch}`
    const found = (yield* findAll(KeptMoves, [key])).get(key)
    const isTooMuch = found?.moves === null && now >= found.until && now < found.until + MICROSECONDS_PER_DAY
    const isKept = found !== undefined && found.moves !== null && found.from <= since
    const kept = isKept ? { until: found.until, moves: found.moves ?? [] } : { until: since, moves: [] }
    const later = isTooMuch ? undefined : yield* gitHub.movesSince(name, branch, now, Math.min(kept.until, now))
    if (later === undefined) {
      if (!isTooMuch) yield* keepAll(KeptMoves, [[key, { from: since, until: now, moves: null }]])
      return { later: yield* gitHub.movesSince(name, branch, now), moves: undefined }
    }
    const read = later.all.flatMap(({ actor, timestamp }) => (actor === null ? [] : [{ account: actor.id, at: timestamp * 1_000 }]))
    const all = [...new Map([...kept.moves, ...read].map((one) => [`${one.account} ${one.at}`, one])).values()]
    const moves = all.filter(({ at }) => at > since)
    const until = Math.max(kept.until, ...later.all.map(({ timestamp }) => timestamp * 1_000))
    yield* keepAll(KeptMoves, [[key, { from: since, until, moves }]])
    return { later, moves: moves.filter(({ at }) => at <= now).length > MOST_MOVES ? undefined : moves }
  })

/** The newest commit of a branch at a moment, and who moved it before. `head`: what git showed, before GitHub is asked. */
const tipAt = (gitHub: ContributionRequests, place: Place, branch: string, head: string) =>
  Effect.gen(function* () {
    const { later, moves } = yield* readMoves(gitHub, place, branch)
    const tip = yield* Either.mapLeft(branchTipAt(later, head), (why) => unavailable(place.name, why))
    return { tip, moves }
  })

/** The cached summary of a diff. */
const KeptSummary = Schema.parseJson(Schema.Struct({ patchId: Schema.NullOr(Schema.String), files: Schema.Int }))

const summaryOf = ({ files, patchId }: RecordedChange): Summary => ({ patchId, files: files.length })

type AskedChange = PlacedMerge["pair"]
const keyOf = ({ commit, since }: AskedChange): string => `change ${since} ${commit}`

/** The summaries of diffs by `keyOf`. Git is asked for each once. A diff that git cannot make even alone is too large, and is left out. */
const summariesOf = ({ record }: Sources, { repository }: Place, asked: ReadonlyArray<AskedChange>) =>
  Effect.gen(function* () {
    const all = new Map<string, Summary>()
    const read = (some: ReadonlyArray<AskedChange>): Effect.Effect<void, NoGitRecord, CommitCache> =>
      Effect.gen(function* () {
        const { changes } = yield* record.ask(repository, { changes: some })
        const found = some.flatMap((one, index) => {
          const change = changes[index]
          return change === null || change === undefined ? [] : [[keyOf(one), summaryOf(change)] as const]
        })
        for (const [key, summary] of found) all.set(key, summary)
        yield* keepAll(KeptSummary, found)
        const missed = some.filter((one) => !all.has(keyOf(one)))
        if (some.length > 1) yield* Effect.forEach(missed, (one) => read([one]), { discard: true })
      })
    for (const batch of Arrays.chunksOf(asked, CHANGES_AT_ONCE)) {
      const kept = yield* findAll(KeptSummary, batch.map(keyOf))
      for (const [key, summary] of kept) all.set(key, summary)
      const unknown = batch.filter((one) => !all.has(keyOf(one)))
      if (unknown.length > 0) yield* read(unknown)
    }
    return all
  })

const KeptOwn = Schema.parseJson(Schema.Struct({ commits: Schema.Array(OwnCommit), isAll: Schema.Boolean }))

/** A pull request's own commits, up to its merge. */
const ownCommitsOf = ({ gitHub }: Sources, { name }: Place, { head, number }: Pick<MergedPullRequest, "head" | "number">) =>
  Effect.gen(function* () {
    const key = `own ${name.toLowerCase()}#${number} ${head}`
    const kept = (yield* findAll(KeptOwn, [key])).get(key)
    if (kept !== undefined) return kept
    const own: OwnCommits | undefined = yield* gitHub.ownCommitsOf(name, number)
    if (own !== undefined) yield* keepAll(KeptOwn, [[key, own]])
    return own
  })

const readPlace = (sources: Sources, place: Place, history: History, line: ReadonlyMap<string, number>, merged: MergedPullRequest) =>
  Effect.gen(function* () {
    const landed = history.find(({ commit }) => commit === merged.mergeCommit)
    const own = landed === undefined || landed.parents.length > 1 ? undefined : yield* ownCommitsOf(sources, place, merged)
    const messages = own?.isAll === true ? own.commits.map(({ commit }) => commit.message) : undefined
    return yield* Either.mapLeft(placeOf(history, line, merged, messages), (why) => unavailable(place.name, why))
  })

/** Whether each of these merges stands at a commit. */
const standingsOf = ({ record }: Sources, { repository }: Place, placed: ReadonlyArray<PlacedMerge>, now: string) =>
  Effect.map(
    Effect.forEach(Arrays.chunksOf(placed, STANDINGS_AT_ONCE), (some) =>
      Effect.map(record.ask(repository, { standings: some.map(({ pair }) => ({ ...pair, now })) }), ({ standings }) =>
        some.flatMap(({ merged: { number } }, index) => {
          const standing = standings[index]
          return standing === undefined || standing === null ? [] : [[number, standing] as const]
        })
      )
    ),
    (all) => new Map(all.flat())
  )

const readAll = (sources: Sources, place: Place, merges: ReadonlyArray<MergedPullRequest>) =>
  Effect.gen(function* () {
    const { branch, commits, head } = yield* readHistory(sources, place, merges)
    const { moves, tip } = yield* tipAt(sources.gitHub, place, branch, head)
    const history = upTo(commits, tip)
    if (history.length === 0) return yield* unavailable(place.name, `git does not show ${tip}, which the branch had then`)
    const line = placesOnLine(history, tip)
    const found = yield* Effect.forEach(merges, (merged) =>
      Effect.either(
        contained("pull request", `${place.name}#${merged.number}`, readPlace(sources, place, history, line, merged), (why) =>
          Effect.fail(unavailable(place.name, why))
        )
      )
    )
    const placed = found.flatMap((one) => (Either.isRight(one) && one.right !== null ? [one.right] : []))
    const summaries = yield* summariesOf(
      sources,
      place,
      placed.map(({ pair }) => pair)
    )
    const standings = yield* standingsOf(sources, place, placed, tip)
    const summaryOfEach = new Map(
      placed.flatMap(({ merged: { number }, pair }) => {
        const summary = summaries.get(keyOf(pair))
        return summary === undefined ? [] : [[number, summary] as const]
      })
    )
    const landedChanges = landedChangesOf(placed, summaryOfEach, standings)
    const all = new Map(
      merges.map((merged, index): readonly [number, Either.Either<LandedChange, Trouble>] => {
        const { number } = merged
        const one = found[index]
        if (one !== undefined && Either.isLeft(one)) return [number, Either.left(one.left)]
        if (one?.right === null) return [number, Either.right(neverLanded(merged))]
        const landedChange = landedChanges.get(number) ?? Either.left("it was not asked")
        return [number, Either.mapLeft(landedChange, (why) => unavailable(place.name, why))]
      })
    )
    return { landedChanges: all, moves }
  })

/** The result of reading what merges brought to the default branch. */
export interface Landed {
  /** What the default branch gained by each merged pull request, by its number. Left: GitHub or git did not tell. */
  readonly landedChanges: ReadonlyMap<number, Either.Either<LandedChange, Trouble>>
  /** Who moved the default branch; undefined: it is not measured. */
  readonly moves: ReadonlyArray<Push> | undefined
}

export const NOTHING_LANDED: Landed = { landedChanges: new Map(), moves: undefined }

/** Reads what the default branch gained by these merges. */
export const read = (sources: Sources, place: Place, merges: ReadonlyArray<MergedPullRequest>): Effect.Effect<Landed> => {
  if (merges.length === 0) return Effect.succeed(NOTHING_LANDED)
  const all = contained("repository", place.name, readAll(sources, place, merges), (why) => Effect.fail(unavailable(place.name, why)))
  const ask = Effect.either(Effect.provideService(all, CommitCache, sources.commits))
  return Effect.map(ask, (all) =>
    Either.isRight(all)
      ? all.right
      : { landedChanges: new Map(merges.map(({ number }) => [number, Either.left(all.left)] as const)), moves: undefined }
  )
}
