/** Finds issues that could get a bounty, and registers those that the owner's rules choose. */
import { Array as Arrays, Clock, Effect, type Either, Option, type ParseResult, Schema } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import { consentFileOf, consentOf, refusalsOf } from "../../domain/consent.ts"
import { IssueRef, RepositoryName } from "../../domain/IssueRef.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type RosterDocument, type RosterRepository, refusedAt } from "../../domain/Roster.ts"
import { allIssues } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { type Ask, OpenIssues, type RepositoryIssues } from "../../layers/github/open/OpenIssues.ts"
import { RepositoryIds } from "../../layers/github/RepositoryIds.ts"
import { Registrations } from "../../layers/storage/dataFolder/Registrations.ts"
import { shownRepository } from "./pinRoster.ts"
import { type Although, checkIssue, registerIssue } from "./registerIssue.ts"
import { type Budget, type Planned, WEEK } from "./rules/bountyPlan.ts"
import { type Asking, askingLabelsOf, type Candidate, ranked, type Suggestion, similarOf } from "./rules/suggestions.ts"

export interface SurveyedRepository {
  /** The name in the roster. */
  readonly name: string
  /** null: its issues could not be read; `trouble` says why. */
  readonly calledNow: string | null
  readonly trouble: string | null
  /** `open`: number of open issues. `read`: how many of them, the newest, were read. */
  readonly open: number
  readonly read: number
}

export interface Survey {
  readonly block: number
  readonly suggestions: ReadonlyArray<Suggestion>
  readonly repositories: ReadonlyArray<SurveyedRepository>
}

const AT_ONCE = 4

const decodeName = Schema.decodeUnknownOption(RepositoryName)

interface Asks {
  readonly asked: ReadonlyMap<number, ReadonlyArray<Asking>>
  readonly wished: ReadonlyMap<number, ReadonlyArray<Asking>>
}

const NOBODY_ASKED: Asks = { asked: new Map(), wished: new Map() }

/** How many accounts that asked for a bounty are checked for a repository, newest first. Each check costs a request, and any account may ask. */
const MOST_ASKERS = 30

const asksByNumber = (asks: ReadonlyArray<Ask>): ReadonlyMap<number, ReadonlyArray<Asking>> => {
  const grouped = Arrays.groupBy(asks, ({ number }) => String(number))
  return new Map(
    Object.entries(grouped).map(([number, own]) => [
      Number(number),
      own.map(({ account, amount, by }) => ({ login: account.login, by, amount }))
    ])
  )
}

/** Requests for bounties in a repository. A request without publicly visible proof of write access counts as a wish. */
const asksOf = Effect.fn("owner.asksOf")(function* ({ choices, name, open }: RepositoryIssues) {
  const repository = Option.getOrUndefined(decodeName(name))
  if (repository === undefined || choices?.bounties === false) return NOBODY_ASKED
  const [issues, github] = yield* Effect.all([OpenIssues, GitHub])
  const labelled = new Map(
    open.flatMap(({ labels, number }) => {
      const asking = askingLabelsOf(labels, choices?.labels ?? null)
      return asking.length === 0 ? [] : [[number, asking] as const]
    })
  )
  const asks = (yield* issues.asks(repository, labelled)).toSorted((one, other) => other.at - one.at || other.account.id - one.account.id)
  const accounts = [...new Map(asks.map(({ account }) => [account.id, account])).values()].slice(0, MOST_ASKERS)
  // A request by an account without proven write access now is a wish.
  const writers =
    accounts.length === 0
      ? new Set<number>()
      : yield* github.writersAmong(accounts, repository).pipe(Effect.orElseSucceed(() => new Set<number>()))
  return {
    asked: asksByNumber(asks.filter(({ account }) => writers.has(account.id))),
    wished: asksByNumber(asks.filter(({ account }) => !writers.has(account.id)))
  } satisfies Asks
})

interface ReadIssues {
  readonly repository: SurveyedRepository
  readonly settings: RosterRepository
  readonly found: RepositoryIssues | null
  readonly asks: Asks
}

/** Reads a repository. One that GitHub does not show, or that fails to load, does not stop suggestions for the others. */
const readRepository = (name: string, settings: RosterRepository) =>
  Effect.gen(function* () {
    const unread = (trouble: string): ReadIssues => ({
      repository: { name, calledNow: null, trouble, open: 0, read: 0 },
      settings,
      found: null,
      asks: NOBODY_ASKED
    })
    const known = yield* shownRepository(name, settings)
    if (Option.isNone(known)) return unread("GitHub does not show it")
    const found = yield* (yield* OpenIssues).of(known.value.full_name)
    if (found === null || found.id !== known.value.id) return unread("GitHub does not show it")
    if (found.isArchived) return unread("it is archived: nobody could merge a solution there")
    const { name: calledNow, openCount: open } = found
    return {
      repository: { name, calledNow, trouble: null, open, read: found.open.length },
      settings,
      found,
      asks: yield* asksOf(found)
    } satisfies ReadIssues
  }).pipe(
    Effect.catchTag("GitHubUnavailable", ({ message }) =>
      Effect.succeed<ReadIssues>({
        repository: { name, calledNow: null, trouble: message, open: 0, read: 0 },
        settings,
        found: null,
        asks: NOBODY_ASKED
      })
    )
  )

/** Registered issues by `id#42` for the repositories that were read, and by `owner/name#42` in lower case. The id also finds issues of renamed repositories. */
const registeredIn = Effect.fn("owner.registeredIn")(function* (issues: ReadonlyArray<Issue>, read: ReadonlyArray<ReadIssues>) {
  const ids = yield* RepositoryIds
  const here = new Map(read.flatMap(({ found }) => (found?.id == null ? [] : [[found.name.toLowerCase(), found.id]])))
  const names = [...new Set(issues.map(({ repository }) => repository.toLowerCase()))]
  const idOf = (name: string) =>
    here.has(name)
      ? Effect.succeed(here.get(name))
      : Option.match(decodeName(name), {
          onNone: () => Effect.succeed(undefined),
          onSome: (known) => Effect.map(ids.named(known), (found) => Option.getOrUndefined(found)?.id)
        })
  const known = new Map(
    yield* Effect.forEach(names, (name) => Effect.map(idOf(name), (id) => [name, id] as const), { concurrency: AT_ONCE })
  )
  return new Map(
    issues.flatMap(({ id, number, repository }) => {
      const name = repository.toLowerCase()
      const repositoryId = known.get(name)
      return [[`${name}#${number}`, id] as const, ...(repositoryId === undefined ? [] : [[`${repositoryId}#${number}`, id] as const])]
    })
  )
})

const candidatesOf = (
  { asks, found, repository, settings }: ReadIssues,
  registered: ReadonlyMap<string, number>,
  isTested: (language: string) => boolean,
  refusals: ReadonlyArray<string>
): ReadonlyArray<Candidate> => {
  if (found === null) return []
  const { choices, efforts, id, language, name, open } = found
  return open.map(({ author: _, isLocked, ...issue }) => ({
    ...issue,
    repository: name,
    language,
    askingLabels: choices?.labels ?? null,
    consent: consentOf(
      {
        repository: name,
        isArchived: false,
        file: consentFileOf(choices),
        issue: {
          isLocked,
          labels: issue.labels,
          asks: (asks.asked.get(issue.number) ?? []).map(({ by, login }) => ({ by, login, at: issue.createdAt, mayPush: true }))
        }
      },
      refusalsOf(refusals, { known: repository.name, today: name })
    ),
    asked: asks.asked.get(issue.number) ?? [],
    wished: asks.wished.get(issue.number) ?? [],
    testsRun: settings.test_command !== undefined || choices?.test != null || (language !== null && isTested(language)),
    registered: registered.get(`${id}#${issue.number}`) ?? registered.get(`${name}#${issue.number}`.toLowerCase()) ?? null,
    similar: similarOf(issue.labels, efforts)
  }))
}

/** Ranks all open issues of a roster's repositories, best first. `isTested`: whether validators can run tests of a language. Sends nothing. */
export const survey = Effect.fn("owner.survey")(function* (
  { repositories, ...consent }: Pick<RosterDocument, "repositories" | "consent" | "refusals">,
  isTested: (language: string) => boolean
) {
  const now = yield* Clock.currentTimeMillis
  const head = yield* (yield* Chain).finalisedHead
  const read = yield* Effect.forEach(Object.entries(repositories), ([name, settings]) => readRepository(name, settings), {
    concurrency: AT_ONCE
  })
  const registered = yield* registeredIn(yield* allIssues(head), read)
  const candidates = read.flatMap((one) => candidatesOf(one, registered, isTested, refusedAt(consent, now)))
  return {
    block: head.number,
    suggestions: ranked(candidates, now),
    repositories: read.map(({ repository }) => repository)
  } satisfies Survey
})

/** Blocks after which a pending transaction has expired. polkadot.js signs with a mortal era of at most 256 blocks. */
const VALID_FOR = 256

/** Bounties registered on chain in the last week, plus those that this machine sent and that may still be included. */
export const budgetNow = Effect.fn("owner.budgetNow")(function* () {
  const head = yield* (yield* Chain).finalisedHead
  const issues = yield* allIssues(head)
  const known = new Set(issues.map(({ repository, number }) => `${repository}#${number}`.toLowerCase()))
  const sent = yield* (yield* Registrations).sentAfter(head.number - VALID_FOR)
  const onTheWay = sent.filter(({ reference }) => !known.has(reference))
  const lately = issues.filter(({ registeredAt }) => registeredAt > head.number - WEEK)
  return {
    spent: [...lately, ...onTheWay].reduce((sum, { bounty }) => sum + bounty, 0n),
    onTheWay: new Set(onTheWay.map(({ reference }) => reference))
  } satisfies Budget
})

export interface Registered extends Planned {
  readonly issue: number
  readonly block: number
  readonly transaction: string
}

/** The suggestion's reference. GitHub's names and numbers always parse. */
const referenceOf = ({ candidate: { repository, number } }: Suggestion): Either.Either<IssueRef, ParseResult.ParseError> =>
  Schema.decodeUnknownEither(IssueRef)({ repository, number })

/**
 * Registers one issue after checking it again on GitHub and in the contract. The registration is recorded before sending, and settled once its outcome is
 * final. One with an unknown outcome counts against the budget until its transaction expires.
 */
export const registerPlanned = Effect.fn("owner.registerPlanned")(function* (owner: KeyPair, planned: Planned, although: Although) {
  const { suggestion, bounty } = planned
  const [chain, registrations] = yield* Effect.all([Chain, Registrations])
  const checked = yield* checkIssue(yield* referenceOf(suggestion), bounty, although)
  const { number: at } = yield* chain.finalisedHead
  yield* registrations.began({ reference: checked.ref.key, bounty, at })
  const { issue, inclusion } = yield* registerIssue(owner, checked, bounty)
  yield* registrations.settled(checked.ref.key)
  return { ...planned, issue, block: inclusion.block.number, transaction: inclusion.extrinsicHash } satisfies Registered
})
