/**
 * What merged pull requests changed on the default branch, at a moment: by git's record, and by GitHub's list of pushes, which says what the branch was then. What
 * cannot be had is missing; it never counts as absent.
 */
import { Array as Arrays, Effect, Either, Schema } from "effect"
import type { RepositoryName } from "../../../domain/IssueRef.ts"
import { type Standing, standingText } from "../../../domain/standing.ts"
import { contained } from "../../effects/contained.ts"
import type { NoGitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import { rebasedOn } from "../../git/record/rebased.ts"
import type { RecordedChange } from "../../git/record/recordTask.ts"
import { GitHubUnavailable } from "../errors.ts"
import { OwnCommit, type OwnCommits } from "../evidence/ownCommits.ts"
import { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll } from "./files.ts"
import { type Gain, type Landing, whatWasGained } from "./gains.ts"
import { type History, mergesIn, upTo } from "./graph.ts"
import type * as Lists from "./lists.ts"
import type { ContributionRequests } from "./requests.ts"

/** A merged pull request. */
export interface Merged {
  readonly number: number
  /** null: GitHub does not name it. */
  readonly mergeCommit: string | null
  /** The ends that GitHub compares. */
  readonly base: string
  readonly head: string
  readonly mergedAt: number
}

/** Where something landed, and when it is looked at, in microseconds since 1970. */
export interface Place {
  readonly repository: RecordedRepository
  readonly name: RepositoryName
  readonly now: number
}

type Sources = Pick<Lists.Sources, "gitHub" | "record" | "commits">

type Trouble = GitHubUnavailable | NoGitRecord

/** Changes that git is asked for at once: their lines must fit into one answer. */
const CHANGES_AT_ONCE = 20
/** Merges that git is asked about at once, whether they stand. */
const STANDINGS_AT_ONCE = 20
const NOT_SHOWN: Standing = { _tag: "Unknown", why: "git does not show it" }
/** From how many merges' bases a history is tried to be read. */
const BASES_TRIED = 10

const unavailable = (name: RepositoryName, why: string) =>
  new GitHubUnavailable({ operation: `find out what pull requests changed on the default branch of ${name}`, why })

/** What the default branch has since before the first of these merges, by git: now, with its head. */
const readHistory = ({ record }: Sources, { name, repository }: Place, merges: ReadonlyArray<Merged>) =>
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

/** The newest commit of a branch at a moment. A push afterwards says what was there before it. `head`: what git showed, before GitHub is asked. */
const tipAt = (gitHub: ContributionRequests, { name, now }: Place, branch: string, head: string) =>
  Effect.gen(function* () {
    const later = yield* gitHub.movesSince(name, branch, now)
    if (later === undefined) return yield* unavailable(name, "GitHub does not show who moved the branch, or not as far back")
    if (later.newest !== null && later.after.length === 0 && later.newest !== head)
      return yield* unavailable(name, "GitHub's list of pushes does not have the newest one yet")
    return later.after.at(-1)?.before ?? head
  })

/** What is kept of a change. */
const Summary = Schema.Struct({ patchId: Schema.NullOr(Schema.String), files: Schema.Int })
interface Summary extends Schema.Schema.Type<typeof Summary> {}
const KeptSummary = Schema.parseJson(Summary)

const summaryOf = ({ files, patchId }: RecordedChange): Summary => ({ patchId, files: files.length })

interface AskedChange {
  readonly commit: string
  readonly since: string
}
const keyOf = ({ commit, since }: AskedChange): string => `change ${since} ${commit}`

/** The summaries of changes by `keyOf`. Each is asked of git once. One that git cannot compare, alone, is too large and left out. */
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

/** A pull request's own commits, which a merge ends. */
const ownCommitsOf = ({ gitHub }: Sources, { name }: Place, { head, number }: Pick<Merged, "head" | "number">) =>
  Effect.gen(function* () {
    const key = `own ${name.toLowerCase()}#${number} ${head}`
    const kept = (yield* findAll(KeptOwn, [key])).get(key)
    if (kept !== undefined) return kept
    const own: OwnCommits | undefined = yield* gitHub.ownCommitsOf(name, number)
    if (own !== undefined) yield* keepAll(KeptOwn, [[key, own]])
    return own
  })

/** A merge with the two commits between which the default branch, or the branch that it was merged into, got it. */
interface Placed {
  readonly merged: Merged
  readonly pair: AskedChange
  readonly by: string
  readonly place: number
}

const placeOf = (sources: Sources, place: Place, history: History, line: ReadonlyMap<string, number>, merged: Merged) =>
  Effect.gen(function* () {
    const { name } = place
    const { mergeCommit, number } = merged
    if (mergeCommit === null) return yield* unavailable(name, `GitHub does not name the commit that #${number} was merged as`)
    const landed = history.find(({ commit }) => commit === mergeCommit)
    if (landed === undefined) return null
    const own = landed.parents.length > 1 ? undefined : yield* ownCommitsOf(sources, place, merged)
    const messages = own?.isAll === true ? own.commits.map(({ commit }) => commit.message) : undefined
    const since = rebasedOn(history, mergeCommit, messages)
    const base = since === undefined ? landed.parents[0] : since
    if (base === undefined || base === null) return yield* unavailable(name, `it is not known as which commits #${number} landed`)
    const by = line.has(mergeCommit) ? mergeCommit : mergesIn(history).get(mergeCommit)?.commit
    const at = by === undefined ? undefined : line.get(by)
    if (by === undefined || at === undefined) return yield* unavailable(name, `it is not known by which merge #${number} came`)
    const placed: Placed = { merged, pair: { commit: mergeCommit, since: base }, by, place: at }
    return placed
  })

/** Whether each of these stands at a commit. */
const standingsOf = ({ record }: Sources, { repository }: Place, placed: ReadonlyArray<Placed>, now: string) =>
  Effect.map(
    Effect.forEach(Arrays.chunksOf(placed, STANDINGS_AT_ONCE), (some) =>
      Effect.map(record.ask(repository, { standings: some.map(({ pair }) => ({ ...pair, now })) }), ({ standings }) =>
        some.map(({ merged: { number } }, index): readonly [number, Standing] => [number, standings[index] ?? NOT_SHOWN])
      )
    ),
    (all) => new Map(all.flat())
  )

const readAll = (sources: Sources, place: Place, merges: ReadonlyArray<Merged>) =>
  Effect.gen(function* () {
    const { branch, commits, head } = yield* readHistory(sources, place, merges)
    const tip = yield* tipAt(sources.gitHub, place, branch, head)
    const history = upTo(commits, tip)
    if (history.length === 0) return yield* unavailable(place.name, `git does not show ${tip}, which the branch had then`)
    const known = new Map(history.map((one) => [one.commit, one]))
    const steps: Array<string> = []
    for (let one = known.get(tip); one !== undefined; one = known.get(one.parents[0] ?? "")) steps.push(one.commit)
    const line = new Map(steps.map((commit, index) => [commit, steps.length - index]))
    const found = yield* Effect.forEach(merges, (merged) =>
      Effect.either(
        contained("pull request", `${place.name}#${merged.number}`, placeOf(sources, place, history, line, merged), (why) =>
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
    const landings = placed.map(({ by, merged: { number }, pair, place }): Landing => {
      const summary = summaries.get(keyOf(pair))
      const standing = standings.get(number)
      return {
        number,
        by,
        place,
        head: pair.commit,
        patchId: summary?.patchId ?? null,
        isEmpty: summary?.files === 0,
        // One of which it is not known whether it stands keeps its place before its repetitions.
        takenBack: standing?._tag === "TakenBack" ? standingText(standing) : null
      }
    })
    const gained = whatWasGained(landings)
    return new Map(
      merges.map(({ base, head, number }, index): readonly [number, Either.Either<Gain, Trouble>] => {
        const one = found[index]
        if (one === undefined || Either.isLeft(one)) return [number, Either.left(one?.left ?? unavailable(place.name, "it was not asked"))]
        if (one.right === null) return [number, Either.right({ base, head, nothing: "the default branch has not got it" })]
        const standing = standings.get(number)
        if (standing?._tag === "Unknown") return [number, Either.left(unavailable(place.name, `#${number} ${standingText(standing)}`))]
        const { commit, since } = one.right.pair
        return [number, Either.right({ base: since, head: commit, nothing: gained.get(number) ?? null })]
      })
    )
  })

/** What the default branch gained by each of these merges, by number; left: it is missing. */
export const read = (
  sources: Sources,
  place: Place,
  merges: ReadonlyArray<Merged>
): Effect.Effect<ReadonlyMap<number, Either.Either<Gain, Trouble>>> => {
  if (merges.length === 0) return Effect.succeed(new Map())
  const all = contained("repository", place.name, readAll(sources, place, merges), (why) => Effect.fail(unavailable(place.name, why)))
  const ask = Effect.either(Effect.provideService(all, CommitCache, sources.commits))
  return Effect.map(ask, (all) =>
    Either.isRight(all) ? all.right : new Map(merges.map(({ number }) => [number, Either.left(all.left)] as const))
  )
}
