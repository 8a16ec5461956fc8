/**
 * Proves that a commit carries a pull request that was closed without being merged, as merge bots land them. GitHub names the commit as what closed the
 * issue, and nothing says whose work it is but the commit itself. It is proved if the commit's author is the pull request's, by account and by the email in the commit,
 * which an account may claim only afterwards, and either
 * - all of the pull request's commits are in the commit's history, or
 * - the commit changes the same files in the same way: each has the same patch, whatever its line numbers, or the same content.
 * The author alone proves nothing, because people land small fixes of their own, and the same patch alone neither, because anybody can copy one. What names somebody as its
 * author, and is not proved, may be hers: nobody is paid for it, and it takes no bounty away.
 */
import { Effect, Option, Schema } from "effect"
import type { Closer, PullRequestEvidence, TimelineEvent } from "../../../domain/IssueEvidence.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { GitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { readGained } from "./activity.ts"
import { isSameChange } from "./change.ts"
import { File, fileChangeOf } from "./changeOf.ts"
import { OwnCommit, type OwnCommits, readOwnCommits } from "./ownCommits.ts"

const PullRequest = Schema.Struct({ head: Schema.Struct({ sha: Schema.String }), commits: Schema.Int, changed_files: Schema.Int })
const Commit = Schema.Struct({
  ...OwnCommit.fields,
  files: Schema.optionalWith(Schema.Array(File), { default: () => [] })
})
const Comparison = Schema.Struct({ status: Schema.String })

/** The most files to compare: one page of each list. */
const MOST_FILES = 100

/** None where GitHub does not know what is asked for, or cannot compare it. */
const read = <A, I>(
  rest: Rest,
  operation: string,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: Schema.Schema<A, I>
) =>
  Effect.flatMap(rest.ask({ operation, route, parameters }), ({ status, data }) =>
    status === 200 ? Effect.asSome(rest.understand(operation, schema, data)) : Effect.succeedNone
  )

/** A commit that may carry pull requests, with the account that GitHub takes for its author. */
type Landed = typeof Commit.Type

/** Undefined: GitHub does not know the commit. */
const readLanded = (rest: Rest, repository: RepositoryName, commit: string): Effect.Effect<Landed | undefined, GitHubUnavailable> =>
  Effect.map(
    read(
      rest,
      `read commit ${commit} of ${repository}`,
      "GET /repos/{owner}/{repo}/commits/{ref}",
      { ...splitRepository(repository), ref: commit, per_page: MOST_FILES },
      Commit
    ),
    Option.getOrUndefined
  )

/** Whether the email in a commit is the account's own, or that of the pull request's commits. GitHub gives each account an address that nobody else can claim. */
const isEmailOf = (email: string | undefined, authorId: number | null, own: ReadonlyArray<OwnCommit>): boolean =>
  email !== undefined &&
  ((authorId !== null && email.startsWith(`${authorId}+`) && email.endsWith("@users.noreply.github.com")) ||
    own.some(({ commit }) => commit.author?.email === email))

const CO_AUTHOR = /^co-authored-by:[^<>\n]{0,300}<([^<>\s]{1,300})>/gim

/** Whether a commit names an account among its authors. */
const isNamedIn = (commits: ReadonlyArray<OwnCommit>, authorId: number | null, own: ReadonlyArray<OwnCommit>): boolean =>
  commits.some(({ author, commit }) => {
    const emails = [commit.author?.email, ...[...commit.message.matchAll(CO_AUTHOR)].map(([, email]) => email)]
    return (authorId !== null && author?.id === authorId) || emails.some((email) => isEmailOf(email, authorId, own))
  })

interface Landing {
  readonly repository: RepositoryName
  readonly commit: string
  readonly landed: Landed
  readonly pullRequest: { readonly number: number; readonly authorId: number | null }
}

type Proof = "commits" | "patch"

/** Which pull requests a commit carries by what git knows, and by what it is proved. None where git's record cannot be had. */
const landedByGit = Effect.fn("GitHub.landedByGit")(function* (
  record: GitRecord["Type"],
  repository: RecordedRepository,
  commit: string,
  numbers: ReadonlyArray<number>
) {
  const proofs = new Map<number, Proof>()
  if (numbers.length === 0) return proofs
  const { landings } = yield* record
    .ask(repository, { pullRequests: numbers, landings: numbers.map((pullRequest) => ({ commit, pullRequest })) })
    .pipe(Effect.catchTag("NoGitRecord", ({ message }) => Effect.as(Effect.logDebug(message), { landings: [] })))
  for (const [index, number] of numbers.entries()) {
    const proof = landings[index]
    if (proof !== undefined && proof !== null) proofs.set(number, proof)
  }
  return proofs
})

/** By what it is proved that the commit carries the pull request; undefined if it is not. `byGit`: what git knows of it. At most five requests. */
const landedBy = Effect.fn("GitHub.landedBy")(function* (
  rest: Rest,
  { commit, landed, pullRequest, repository }: Landing,
  byGit: Proof | undefined
) {
  const { authorId, number } = pullRequest
  const ask = <A, I>(route: string, parameters: Readonly<Record<string, unknown>>, schema: Schema.Schema<A, I>) =>
    read(rest, `compare ${repository}#${number} with commit ${commit}`, route, { ...splitRepository(repository), ...parameters }, schema)
  if (authorId === null || landed.author?.id !== authorId) return undefined
  const found = Option.getOrUndefined(yield* ask("GET /repos/{owner}/{repo}/pulls/{number}", { number }, PullRequest))
  if (found === undefined || found.commits === 0) return undefined
  const own = yield* readOwnCommits(rest, repository, number)
  if (!isEmailOf(landed.commit.author?.email, authorId, own?.commits ?? [])) return undefined
  if (byGit !== undefined) return byGit
  const basehead = `${commit}...${found.head.sha}`
  const comparison = Option.getOrUndefined(
    yield* ask("GET /repos/{owner}/{repo}/compare/{basehead}", { basehead, per_page: 1 }, Comparison)
  )
  if (comparison?.status === "behind" || comparison?.status === "identical") return "commits" as const
  if (found.changed_files >= MOST_FILES || landed.files.length >= MOST_FILES) return undefined
  const files = yield* ask("GET /repos/{owner}/{repo}/pulls/{number}/files", { number, per_page: MOST_FILES }, Schema.Array(File))
  const isSame = Option.exists(files, (own) => isSameChange(own.map(fileChangeOf), landed.files.map(fileChangeOf)) === true)
  return isSame ? ("patch" as const) : undefined
})

/**
 * Whether a merged pull request, such as a rollup, with the commits `brought`, brought all commits of another one (`own`), which are all by that one's author, or the
 * commit by which that one was merged into another branch. Undefined: that is not known. `landedAs`: the commit by which it came itself.
 */
const carries = (
  brought: OwnCommits | undefined,
  landedAs: OwnCommit | undefined,
  own: OwnCommits | undefined,
  { authorId, mergeCommit }: Pick<Landing["pullRequest"], "authorId"> & { readonly mergeCommit: string | null }
): boolean | undefined => {
  if (own === undefined || brought === undefined || landedAs === undefined || own.commits.length === 0) return undefined
  const all = new Set(brought.commits.map(({ sha }) => sha))
  if (mergeCommit !== null && all.has(mergeCommit)) return true
  const [isAll, isAny] = [own.isAll && own.commits.every(({ sha }) => all.has(sha)), own.commits.some(({ sha }) => all.has(sha))]
  if (!isAny) return brought.isAll && !isNamedIn([...brought.commits, landedAs], authorId, own.commits) ? false : undefined
  return isAll && authorId !== null && own.commits.every(({ author }) => author?.id === authorId) ? true : undefined
}

/** The pull requests that a closer names, and those that it carries. */
export const inCloser = (closer: Closer): ReadonlyArray<PullRequestEvidence> =>
  closer._tag === "PullRequest" ? [closer.pullRequest, ...(closer.carries ?? [])] : closer._tag === "Commit" ? closer.pullRequests : []

/** The most pull requests to compare with what closed an issue: at most five requests each. */
const MOST_LANDINGS = 30

interface Here extends RecordedRepository {
  readonly name: RepositoryName
  /** The default branch. */
  readonly branch: string
}

/** Of the pull requests that were open when somebody closed the issue, those of whose authors the default branch had got something. */
const namedBefore = Effect.fn("GitHub.namedBefore")(function* (
  rest: Rest,
  { branch, name }: Here,
  candidates: ReadonlyArray<PullRequestEvidence>,
  closedAt: number
) {
  const since = Math.min(...candidates.map(({ createdAt }) => createdAt))
  const gained = candidates.length === 0 ? [] : yield* readGained(rest, { repository: name, branch }, { since, until: closedAt })
  if (gained === undefined) return candidates
  if (gained.length === 0) return []
  return yield* Effect.filter(candidates, ({ authorId, number }) =>
    Effect.map(readOwnCommits(rest, name, number), (own) => own === undefined || isNamedIn(gained, authorId, own.commits))
  )
})

/**
 * What closed an issue may carry pull requests that were not merged into the default branch themselves: a commit that no pull request brought, all of whose author's are
 * compared with it, or somebody's pull request.
 */
export const withLandings = (
  rest: Rest,
  record: GitRecord["Type"],
  repository: Here,
  linked: ReadonlyArray<PullRequestEvidence>,
  mayHaveLanded: (pullRequest: PullRequestEvidence) => boolean,
  event: TimelineEvent
): Effect.Effect<TimelineEvent, GitHubUnavailable> =>
  Effect.gen(function* () {
    if (event._tag !== "Closed") return event
    const { closer } = event
    const isHere = ({ baseRepositoryId }: PullRequestEvidence) => baseRepositoryId === repository.id
    if (closer._tag === "Hand") {
      if (event.reason !== "completed") return event
      const isElsewhere = ({ baseBranch, mergedAt }: PullRequestEvidence) => mergedAt === null || baseBranch !== repository.branch
      const open = linked.filter((one) => isHere(one) && one.createdAt <= event.at && isElsewhere(one) && mayHaveLanded(one))
      const named = yield* namedBefore(rest, repository, open, event.at)
      return named.length === 0 ? event : { ...event, closer: { ...closer, mayCarry: named.map(({ number }) => number) } }
    }
    const carriers = inCloser(closer).filter((one) => isHere(one) && one.mergedAt !== null)
    const isTheirs = carriers.some(mayHaveLanded)
    const known = new Map([...linked, ...inCloser(closer)].map((one) => [one.number, one]))
    const isOpen = (one: PullRequestEvidence) =>
      isHere(one) &&
      one.createdAt <= event.at &&
      (one.mergedAt === null || (carriers.length > 0 && one.mergedAt <= event.at)) &&
      !carriers.some((carrier) => mayHaveLanded(carrier) && carrier.authorId === one.authorId) &&
      mayHaveLanded(one)
    const candidates = [...known.values()].filter(isOpen).sort((one, other) => one.number - other.number)
    if (candidates.length === 0) return event
    const landed: Array<PullRequestEvidence> = []
    const uncertain: Array<number> = candidates.slice(MOST_LANDINGS).map(({ number }) => number)
    const land = (one: PullRequestEvidence, landedBy: "commits" | "patch", mergeCommit: string | null) =>
      landed.push({ ...one, mergedAt: event.at, mergeCommit, intoDefaultBranch: true, landedBy })
    if (closer._tag === "Commit" && carriers.length === 0) {
      const commit = yield* readLanded(rest, repository.name, closer.commit)
      if (commit === undefined) return event
      const theirs = candidates.filter(({ authorId }) => authorId === commit.author?.id).slice(0, MOST_LANDINGS)
      const byGit = yield* landedByGit(
        record,
        repository,
        closer.commit,
        theirs.map(({ number }) => number)
      )
      for (const pullRequest of theirs) {
        const proof = yield* landedBy(
          rest,
          { repository: repository.name, commit: closer.commit, landed: commit, pullRequest },
          byGit.get(pullRequest.number)
        )
        if (proof !== undefined) land(pullRequest, proof, closer.commit)
      }
    } else {
      const commitsOf = ({ number }: PullRequestEvidence) => readOwnCommits(rest, repository.name, number)
      const brought = yield* Effect.forEach(carriers, (one) =>
        Effect.all([
          Effect.succeed(one),
          commitsOf(one),
          one.mergeCommit === null ? Effect.succeed(undefined) : readLanded(rest, repository.name, one.mergeCommit)
        ])
      )
      for (const pullRequest of candidates.slice(0, MOST_LANDINGS)) {
        const own = yield* commitsOf(pullRequest)
        for (const [carrier, commits, landedAs] of brought) {
          if (isTheirs && (own === undefined || commits === undefined || landedAs === undefined))
            return yield* new GitHubUnavailable({
              operation: `find out whether #${carrier.number} of ${repository.name} carries #${pullRequest.number}`,
              why: "GitHub does not say which commits they have",
              ill: true
            })
          const answer = carries(commits, landedAs, own, pullRequest)
          if (answer === true) land(pullRequest, "commits", carrier.mergeCommit)
          if (answer === undefined) uncertain.push(pullRequest.number)
        }
      }
    }
    const isElse = ({ number }: PullRequestEvidence) => landed.every((one) => one.number !== number)
    // Who may have solved it does not lose by what somebody else names or copies.
    const mayCarry = carriers.length === 0 || isTheirs ? [] : uncertain
    return {
      ...event,
      closer:
        closer._tag === "Commit"
          ? { ...closer, pullRequests: [...closer.pullRequests.filter(isElse), ...landed], ...(mayCarry.length === 0 ? {} : { mayCarry }) }
          : { ...closer, carries: landed, ...(mayCarry.length === 0 ? {} : { mayCarry }) }
    }
  })
