/**
 * What merged pull requests changed on the default branch, at a moment: by git's record, and by GitHub's list of pushes, which says what the branch was then. What
 * cannot be had is missing; it never counts as absent.
 */
import { Array as Arrays, Effect, Either, Schema } from "effect"
import { instantText } from "../../../domain/Instant.ts"
import type { RepositoryName } from "../../../domain/IssueRef.ts"
import type { NoGitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import type { RecordedChange } from "../../git/record/recordTask.ts"
import { GitHubUnavailable } from "../errors.ts"
import { changesByGit } from "../evidence/changeOf.ts"
import { type History, historyOf, mergesIn, upTo } from "../evidence/graph.ts"
import { OwnCommit, type OwnCommits } from "../evidence/ownCommits.ts"
import { type Branch, readStanding, rebasedOn, type Touching } from "../evidence/readReverts.ts"
import { broughtBy } from "../evidence/revertWords.ts"
import { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll } from "./files.ts"
import { type Gain, type Landing, whatWasGained } from "./gains.ts"
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

/** What is kept of a change: enough to see whether another one may be its inverse. */
const Summary = Schema.Struct({
  patchId: Schema.NullOr(Schema.String),
  additions: Schema.Int,
  deletions: Schema.Int,
  files: Schema.Int,
  /** A hash of the names of its files. */
  names: Schema.String
})
interface Summary extends Schema.Schema.Type<typeof Summary> {}
const KeptSummary = Schema.parseJson(Summary)

const summaryOf = ({ files, patchId }: RecordedChange): Summary => {
  const lines = files.flatMap((file) => file.lines ?? [])
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
  const names = [...new Set(files.flatMap(({ after, before }) => [before, after].flatMap((path) => path ?? [])))].toSorted()
  return {
    patchId,
    additions: count("+"),
    deletions: count("-"),
    files: files.length,
    names: Bun.SHA256.hash(JSON.stringify(names), "hex")
  }
}

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
    const landed = history.find(({ oid }) => oid === mergeCommit)
    if (landed === undefined) return null
    const own = (landed.parents?.length ?? 0) > 1 ? undefined : yield* ownCommitsOf(sources, place, merged)
    const since = rebasedOn(history, mergeCommit, own?.isAll === true ? own.commits : undefined)
    const base = since === undefined ? landed.parents?.[0] : since
    if (base === undefined || base === null) return yield* unavailable(name, `it is not known as which commits #${number} landed`)
    const by = line.has(mergeCommit) ? mergeCommit : mergesIn(history).get(mergeCommit)?.oid
    const at = by === undefined ? undefined : line.get(by)
    if (by === undefined || at === undefined) return yield* unavailable(name, `it is not known by which merge #${number} came`)
    const placed: Placed = { merged, pair: { commit: mergeCommit, since: base }, by, place: at }
    return placed
  })

const isOfSize = ({ additions, deletions, names }: Summary, one: Summary): boolean =>
  names === one.names &&
  ((additions === one.additions && deletions === one.deletions) || (additions === one.deletions && deletions === one.additions))

/** The steps of the first-parent line, and what they changed: which of them may be inverses of a merge can be seen from their summaries alone. */
const branchOf = (
  sources: Sources,
  place: Place,
  history: History,
  placed: ReadonlyArray<Placed>,
  steps: ReadonlyArray<AskedChange>,
  summaries: ReadonlyMap<string, Summary>
): Branch => ({
  history,
  changesOf: (asked) =>
    Effect.map(
      Effect.forEach(Arrays.chunksOf(asked, CHANGES_AT_ONCE), (some) =>
        changesByGit(sources.record, place.repository, (unknown) => Effect.succeed(unknown.map(() => undefined)))(some)
      ),
      (all) => all.flat()
    ),
  touching: (mergeCommit, later) => {
    const pair = placed.find((one) => one.pair.commit === mergeCommit)?.pair
    const changed = pair === undefined ? undefined : summaries.get(keyOf(pair))
    const touching = new Map<string, Touching>()
    for (const step of changed === undefined ? [] : steps) {
      const summary = summaries.get(keyOf(step))
      if (changed === undefined || summary === undefined || !later.has(step.commit) || !isOfSize(changed, summary)) continue
      const nothing = { commits: [], pullRequests: [], titles: [] }
      touching.set(step.commit, { size: summary, says: nothing, names: nothing })
    }
    return Effect.succeed(touching)
  },
  ownCommitsOf: (number) => {
    const merged = placed.find((one) => one.merged.number === number)?.merged
    return merged === undefined
      ? Effect.succeed(undefined)
      : Effect.provideService(ownCommitsOf(sources, place, merged), CommitCache, sources.commits)
  }
})

/** Who took a merge back, for people. The time is that of the commit's clock. */
const revertText = (history: History, { at, commit }: { readonly at: number; readonly commit: string }): string => {
  const message = history.find(({ oid }) => oid === commit)?.message ?? ""
  const [number] = broughtBy(message)
  return `reverted by ${number === undefined ? "" : `#${number}, `}commit ${commit.slice(0, 10)}, at ${instantText(at * 1_000)}`
}

const readAll = (sources: Sources, place: Place, merges: ReadonlyArray<Merged>) =>
  Effect.gen(function* () {
    const { branch, commits, head } = yield* readHistory(sources, place, merges)
    const tip = yield* tipAt(sources.gitHub, place, branch, head)
    const history = upTo(historyOf(commits), tip)
    if (history.length === 0) return yield* unavailable(place.name, `git does not show ${tip}, which the branch had then`)
    const known = new Map(history.map((one) => [one.oid, one]))
    const steps: Array<AskedChange> = []
    for (let one = known.get(tip); one !== undefined; one = known.get(one.parents?.[0] ?? "")) {
      const [since] = one.parents ?? []
      if (since !== undefined) steps.push({ commit: one.oid, since })
    }
    const line = new Map(steps.map(({ commit }, index) => [commit, steps.length - index]))
    const found = yield* Effect.forEach(merges, (merged) => Effect.either(placeOf(sources, place, history, line, merged)))
    const placed = found.flatMap((one) => (Either.isRight(one) && one.right !== null ? [one.right] : []))
    const summaries = yield* summariesOf(sources, place, [...steps, ...placed.map(({ pair }) => pair)])
    const asked = branchOf(sources, place, history, placed, steps, summaries)
    const standings = new Map(
      yield* Effect.forEach(placed, ({ merged: { number }, pair: { commit } }) =>
        Effect.map(readStanding(asked, { number, mergeCommit: commit }), (standing) => [number, standing] as const)
      )
    )
    const landings = placed.map(({ by, merged: { number }, pair, place }): Landing => {
      const summary = summaries.get(keyOf(pair))
      const revert = standings.get(number)
      return {
        number,
        by,
        place,
        head: pair.commit,
        patchId: summary?.patchId ?? null,
        isEmpty: summary?.files === 0,
        // One of which it is not known whether it stands keeps its place before its repetitions.
        revertedBy: revert === null || revert === undefined ? null : revertText(history, revert)
      }
    })
    const gained = whatWasGained(landings)
    return new Map(
      merges.map(({ base, head, number }, index): readonly [number, Either.Either<Gain, Trouble>] => {
        const one = found[index]
        if (one === undefined || Either.isLeft(one)) return [number, Either.left(one?.left ?? unavailable(place.name, "it was not asked"))]
        if (one.right === null) return [number, Either.right({ base, head, nothing: "the default branch has not got it" })]
        if (standings.get(number) === undefined)
          return [number, Either.left(unavailable(place.name, `it is not known whether #${number} was reverted`))]
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
  const ask = Effect.either(Effect.provideService(readAll(sources, place, merges), CommitCache, sources.commits))
  return Effect.map(ask, (all) =>
    Either.isRight(all) ? all.right : new Map(merges.map(({ number }) => [number, Either.left(all.left)] as const))
  )
}
