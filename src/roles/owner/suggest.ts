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

/** How a repository of the roster was read. */
export interface SurveyedRepository {
  /** As the roster spells it. */
  readonly name: string
  /** null: its issues could not be read; `trouble` says why. */
  readonly calledNow: string | null
  readonly trouble: string | null
  /** How many open issues it has, and how many of them, the newest, were looked at. */
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

const NOBODY: Asks = { asked: new Map(), wished: new Map() }

/** How many accounts of a repository's askers are looked at, the newest first: each costs a request, and anybody may ask. */
const ASKERS = 30

const byNumber = (asks: ReadonlyArray<Ask>): ReadonlyMap<number, ReadonlyArray<Asking>> => {
  const grouped = Arrays.groupBy(asks, ({ number }) => String(number))
  return new Map(
    Object.entries(grouped).map(([number, own]) => [
      Number(number),
      own.map(({ account, amount, by }) => ({ login: account.login, by, amount }))
    ])
  )
}

/** Who asked for bounties in a repository. Without a proof of write access that everybody can see, it is a wish. */
const asksOf = Effect.fn("owner.asksOf")(function* ({ choices, name, open }: RepositoryIssues) {
  const repository = Option.getOrUndefined(decodeName(name))
  if (repository === undefined || choices?.bounties === false) return NOBODY
  const [issues, github] = yield* Effect.all([OpenIssues, GitHub])
  const labelled = new Map(
    open.flatMap(({ labels, number }) => {
      const asking = askingLabelsOf(labels, choices?.labels ?? null)
      return asking.length === 0 ? [] : [[number, asking] as const]
    })
  )
  const asks = (yield* issues.asks(repository, labelled)).toSorted((one, other) => other.at - one.at || other.account.id - one.account.id)
  const accounts = [...new Map(asks.map(({ account }) => [account.id, account])).values()].slice(0, ASKERS)
  // Whoever is not proved to have write access now has made a wish.
  const writers =
    accounts.length === 0
      ? new Set<number>()
      : yield* github.writersAmong(accounts, repository).pipe(Effect.orElseSucceed(() => new Set<number>()))
  return {
    asked: byNumber(asks.filter(({ account }) => writers.has(account.id))),
    wished: byNumber(asks.filter(({ account }) => !writers.has(account.id)))
  } satisfies Asks
})

interface Read {
  readonly repository: SurveyedRepository
  readonly settings: RosterRepository
  readonly found: RepositoryIssues | null
  readonly asks: Asks
}

/** One that is not shown, or does not answer, is missing evidence: the others are suggested without it. */
const readRepository = (name: string, settings: RosterRepository) =>
  Effect.gen(function* () {
    const unread = (trouble: string): Read => ({
      repository: { name, calledNow: null, trouble, open: 0, read: 0 },
      settings,
      found: null,
      asks: NOBODY
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
    } satisfies Read
  }).pipe(
    Effect.catchTag("GitHubUnavailable", ({ message }) =>
      Effect.succeed<Read>({
        repository: { name, calledNow: null, trouble: message, open: 0, read: 0 },
        settings,
        found: null,
        asks: NOBODY
      })
    )
  )

/** What the contract has had, by `id#42` of the repositories that were read and by `owner/name#42` in lower case. A repository that was renamed since is known by its id. */
const registeredIn = Effect.fn("owner.registeredIn")(function* (issues: ReadonlyArray<Issue>, read: ReadonlyArray<Read>) {
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
  { asks, found, repository, settings }: Read,
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

/** All open issues of a roster's repositories as suggestions, best first. `isTested`: whether validators can run tests of a language. Sends nothing. */
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

/** The blocks after which a transaction that is not on the chain never gets there: those that polkadot.js signs are valid for 256 blocks at most. */
const VALID_FOR = 256

/** What the last week registered, from the chain, and what this machine has sent since and may still get there. */
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

/** The suggestion's reference. GitHub's names and numbers are valid ones. */
const referenceOf = ({ candidate: { repository, number } }: Suggestion): Either.Either<IssueRef, ParseResult.ParseError> =>
  Schema.decodeUnknownEither(IssueRef)({ repository, number })

/**
 * Registers one issue, after checking it once more on GitHub and against the contract. It is written down before it is sent, and is settled once its outcome is final; one
 * whose outcome is not known counts as on its way for as long as its transaction is valid.
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
