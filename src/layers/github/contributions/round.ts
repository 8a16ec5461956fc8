/** Builds a round from its repositories, fifty at a time: their lists, the details of the entries that count, and the missing evidence. */
import { Array as Arrays, Effect, Either, Option } from "effect"
import { type MissingEvidence, sortedMissing } from "../../../domain/contributions/MissingEvidence.ts"
import type { RepositoryName } from "../../../domain/IssueRef.ts"
import type { RosterRepositories, RosterRepository } from "../../../domain/Roster.ts"
import { VANISHED_REASON } from "../../../rules/contributions/fromGitHub/repositoryRecords.ts"
import { roundOf } from "../../../rules/contributions/fromGitHub/roundOf.ts"
import { contained } from "../../machine/effects/contained.ts"
import type { Sighting } from "../Absences.ts"
import { GitHubUnavailable } from "../errors.ts"
import * as Details from "./details.ts"
import * as Lists from "./lists.ts"
import { ofRepository, type RepositoryRound } from "./ofRepository.ts"
import * as Remembered from "./remembered.ts"
import type { Answers } from "./requests.ts"

interface RoundQuestion {
  readonly now: number
  readonly repositories: RosterRepositories
  readonly uids: Readonly<Record<string, string | null>>
  readonly goesOn?: boolean | undefined
}

const withoutToken = (operation: string) =>
  new GitHubUnavailable({
    operation,
    why: "GitHub answers this only with a token: set GITTENSOR_GITHUB_TOKEN; a token of any account will do; it needs no scopes",
    forbidden: true
  })

/** Since when a repository refuses, of the answers about all that were asked for. */
const refusalOf = (all: Answers<number>, name: RepositoryName) => all.get(name) ?? Either.right(null)

/** Reads one pull request, whether it counts or not; null: GitHub has none of that number. */
export const readPullRequest = (
  sources: Lists.Sources,
  repository: string,
  settings: Lists.RepositoryToRead,
  number: number,
  now: number
) =>
  Effect.gen(function* () {
    const operation = `read ${repository}#${number}`
    const { gitHub } = sources
    if (!gitHub.hasToken) return yield* withoutToken(operation)
    const found = yield* Lists.listsOfPullRequest(sources, repository, settings, number)
    if (found === null) return null
    const ids = found.lists.pullRequests.map(({ node_id }) => node_id)
    const details = yield* Details.read(gitHub, { pullRequests: ids, closedIssues: [] }, now)
    const { name } = found.lists
    const refusedSince = yield* refusalOf(yield* gitHub.refusals([name], now), name)
    const { pulls, missing } = yield* ofRepository(sources, found.lists, details, { now, refusedSince })
    const [gap] = missing
    const [pull] = pulls
    if (gap !== undefined || (pull === undefined && ids.length > 0))
      return yield* new GitHubUnavailable({ operation, why: gap?.why ?? VANISHED_REASON })
    return { pull: pull ?? null, listed: found.listed, name }
  })

interface RoundPart {
  /** Its present name. */
  readonly name: RepositoryName
  readonly part: RepositoryRound
  readonly compared: Remembered.ComparedLists
}

/** One of the roster's repositories, and its part of the round. Null: GitHub does not show it. */
interface RepositoryPart {
  readonly repository: string
  readonly found: Either.Either<RoundPart | null, GitHubUnavailable>
}

/** Repositories that are read together. GitHub's answers stay in memory until the parts are made, which take much less. */
const REPOSITORIES_AT_ONCE = 50

/** Contains one repository's failure, so that the others get their parts. */
const containFailure = <A, E, R>(repository: string, reading: Effect.Effect<A, E, R>) =>
  contained("repository", repository, reading, (why) => Effect.fail(new GitHubUnavailable({ operation: `read ${repository}`, why })))

/** Reads some of the roster's repositories. */
const readSome = (
  sources: Lists.Sources,
  some: ReadonlyArray<readonly [repository: string, settings: RosterRepository]>,
  about: Pick<Lists.ListRequest, "now" | "accounts" | "creators">
) =>
  Effect.gen(function* () {
    const { gitHub } = sources
    const { now } = about
    const all = yield* Effect.forEach(
      some,
      ([repository, settings]) =>
        Effect.map(Effect.either(containFailure(repository, Lists.read(sources, { repository, settings, ...about }))), (lists) => ({
          repository,
          lists
        })),
      { concurrency: gitHub.concurrency }
    )
    const lists = all.flatMap((one) => Option.getOrNull(Either.getRight(one.lists)) ?? [])
    const details = yield* Details.read(
      gitHub,
      {
        pullRequests: lists.flatMap(({ pullRequests }) => pullRequests.map(({ node_id }) => node_id)),
        closedIssues: lists.flatMap(({ closedIssues }) => closedIssues.map(({ node_id }) => node_id))
      },
      now
    )
    const ids = new Set(about.accounts.map(({ id }) => id))
    const refusals = yield* gitHub.refusals(
      lists.map(({ name }) => name),
      now
    )
    const partOf = (one: Lists.WholeLists) =>
      Effect.all({
        name: Effect.succeed(one.name),
        part: Effect.flatMap(refusalOf(refusals, one.name), (refusedSince) => ofRepository(sources, one, details, { now, refusedSince })),
        compared: Remembered.compareLists(sources, one, ids)
      })
    return yield* Effect.forEach(
      all,
      ({ lists, repository }): Effect.Effect<RepositoryPart> =>
        Either.isRight(lists) && lists.right !== null
          ? Effect.map(Effect.either(containFailure(repository, partOf(lists.right))), (found) => ({ repository, found }))
          : Effect.succeed({ repository, found: Either.map(lists, () => null) }),
      { concurrency: gitHub.concurrency }
    )
  })

const partsIn = (read: ReadonlyArray<RepositoryPart>) =>
  read.flatMap(({ found, repository }) => {
    const part = Option.getOrNull(Either.getRight(found))
    return part === null ? [] : [{ repository, ...part }]
  })

/**
 * The repositories that are gone, and those whose lists are missing, with their last known maintainers. `maintainers`: of the repositories that were
 * read, sorted.
 */
const unreadIn = (sources: Lists.Sources, read: ReadonlyArray<RepositoryPart>, maintainers: ReadonlyMap<string, ReadonlyArray<string>>) =>
  Effect.gen(function* () {
    const { absences, gitHub } = sources
    const compared = yield* Remembered.missingEntries(
      sources,
      partsIn(read).map((one) => one.compared)
    )
    const seenAs = (repository: string) =>
      Remembered.textOf({ maintainers: maintainers.get(repository) ?? [], entries: compared.entries.get(repository) ?? [] })
    const sightings = read.flatMap(({ repository, found }): ReadonlyArray<Sighting> => {
      if (Either.isLeft(found)) return []
      return [{ name: repository.toLowerCase(), owner: Lists.ownerOf(repository), seen: found.right === null ? null : seenAs(repository) }]
    })
    const absent = yield* absences.look("repository", sightings, gitHub.condition)
    const absenceOf = ({ repository }: { readonly repository: string }) => absent.get(repository.toLowerCase())
    const unread = read.filter((one) => absenceOf(one)?.isProved !== true && !maintainers.has(one.repository))
    const known = yield* Effect.forEach(unread, ({ repository }) =>
      Effect.map(Remembered.lastOf(sources, repository), (last) => ({ repository, maintainers: last.maintainers }))
    )
    return {
      maintainers: new Map(known.map((one) => [one.repository, one.maintainers] as const)),
      gone: read.flatMap((one) => (absenceOf(one)?.isProved === true ? [one.repository] : [])),
      missing: [
        ...compared.missing,
        ...read.flatMap((one): ReadonlyArray<MissingEvidence> => {
          const { found, repository } = one
          const absence = absenceOf(one)
          if (Either.isLeft(found)) return [{ repository, account: null, why: found.left.message }]
          return absence === undefined || absence.isProved ? [] : [{ repository, account: null, why: absence.why }]
        })
      ]
    }
  })

/** Whether the part is complete. An incomplete one is read again. */
const isWhole = ({ found }: RepositoryPart): boolean =>
  Either.isRight(found) && found.right !== null && found.right.part.missing.length + found.right.compared.lost.length === 0

/** The complete parts of a round so far, by repository. `of`: the round's timestamp, accounts and roster, as one text. */
interface BegunRound {
  readonly of: string
  readonly whole: Map<string, RepositoryPart>
  /** The repositories that a check of absence has recorded as seen. */
  readonly sighted: Set<string>
}

/**
 * Which repositories are asked about first: those never asked about, then those asked about longest ago, and of these the largest shares. So a round
 * that is ended has the most valuable part, and the next one begins with the rest. `turns`: the turn in which each was last asked about.
 */
const inTurn = (asked: ReadonlyArray<readonly [string, RosterRepository]>, turns: ReadonlyMap<string, number>) =>
  asked.toSorted(
    ([a, { emission_share: ofA }], [b, { emission_share: ofB }]) =>
      (turns.get(a) ?? 0) - (turns.get(b) ?? 0) || ofB - ofA || (a < b ? -1 : 1)
  )

/**
 * Reads the full round. Fails only when no request is possible. `begun`: the parts read before, to which new complete parts are added; `turns` as
 * above.
 */
const readRound = (
  sources: Lists.Sources,
  request: RoundQuestion,
  accounts: ReadonlyArray<Lists.AccountToList>,
  begun: BegunRound,
  turns: Map<string, number>
) =>
  Effect.gen(function* () {
    const { gitHub } = sources
    const { sighted, whole } = begun
    const { now, repositories, uids } = request
    if (!gitHub.hasToken) return yield* withoutToken("read contributions")
    const creators = yield* Lists.creatorsOf(sources, accounts)
    const names = Object.entries(repositories).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const asked = accounts.length === 0 ? [] : names
    const unread = inTurn(
      asked.filter(([repository]) => !whole.has(repository)),
      turns
    )
    const news = yield* Effect.forEach(Arrays.chunksOf(unread, Math.max(REPOSITORIES_AT_ONCE, gitHub.concurrency)), (some) => {
      const turn = Math.max(0, ...turns.values()) + 1
      for (const [repository] of some) turns.set(repository, turn)
      return Effect.tap(readSome(sources, some, { now, accounts, creators }), (all) =>
        Effect.sync(() => {
          for (const one of all) if (isWhole(one)) whole.set(one.repository, one)
        })
      )
    })
    const found = new Map([...whole, ...news.flat().map((one) => [one.repository, one] as const)])
    const read = asked.flatMap(([repository]) => found.get(repository) ?? [])
    const parts = partsIn(read)
    const maintainers = new Map(
      parts.map(({ repository, part }) => [repository, accounts.map(({ id }) => id).filter((id) => part.maintainers.has(id))] as const)
    )
    // Leave out the parts that an earlier check recorded: GitHub was not asked about them again.
    const absent = yield* unreadIn(
      sources,
      read.filter(({ repository }) => !sighted.has(repository)),
      maintainers
    )
    for (const one of read) if (isWhole(one)) sighted.add(one.repository)
    const record = roundOf(
      { now, repositories, uids },
      accounts.map(({ id }) => id),
      parts.map(({ part }) => part),
      new Map([...maintainers, ...absent.maintainers])
    )
    return {
      record,
      missing: sortedMissing([...absent.missing, ...parts.flatMap(({ part }) => part.missing)]),
      gone: absent.gone,
      names: Object.fromEntries(parts.map(({ repository, name }) => [repository.toLowerCase(), name]))
    }
  })

/**
 * Reads rounds. A repository's complete part stays in memory until the whole round is read. With `goesOn`, it stays until `forget`, or until another
 * round is read, so that an interrupted step resumes where it was.
 */
export const makeReadRound = Effect.sync(() => {
  const empty = (of: string): BegunRound => ({ of, whole: new Map(), sighted: new Set() })
  let begun = empty("")
  const turns = new Map<string, number>()
  const forget = Effect.sync(() => {
    begun = empty("")
  })
  const read = (sources: Lists.Sources, request: RoundQuestion, accounts: ReadonlyArray<Lists.AccountToList>) =>
    Effect.suspend(() => {
      const of = JSON.stringify([request.now, accounts, request.repositories])
      if (begun.of !== of) begun = empty(of)
      return Effect.zipLeft(readRound(sources, request, accounts, begun, turns), request.goesOn === true ? Effect.void : forget)
    })
  return { read, forget }
})
