/** Steps that write texts, and what texts of pull requests name: issues that they close or mention, which GitHub links or tells. */
import { Either, HashMap, Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import type * as Asked from "./asked.ts"
import { addEvent } from "./items.ts"
import * as State from "./State.ts"
import { findAccount, findRepository, orRefuse, refuse, type Step, setItem, setRepository } from "./Step.ts"

behaviours(
  {
    what: "Closing keywords link a pull request only if it targets the default branch.",
    sources: ["https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue"],
    switch: "openPullRequest, with a baseBranch; edit",
    test: "test/http/github/ownWords.test.ts"
  },
  {
    what: "A text's edits are listed newest first, each with the whole text. A text never edited has none. Everyone who can read the text sees them.",
    sources: [
      "https://github.blog/changelog/2018-05-24-comment-edit-history/",
      "https://github.com/git-bug/git-bug/blob/master/bridge/github/import_mediator.go",
      "https://docs.github.com/en/graphql/reference/objects#usercontentedit"
    ],
    switch: "edit, with a body",
    test: "test/http/github/ownWords.test.ts"
  },
  {
    what: "A cross-reference appears once a pull request's text or a comment on it mentions the issue. Its actor is the author of the mention.",
    sources: ["https://docs.github.com/en/rest/using-the-rest-api/issue-event-types#cross-referenced"],
    switch: "openPullRequest, edit, remark",
    test: "test/http/github/ownWords.test.ts"
  }
)

const unique = (numbers: ReadonlyArray<number>): ReadonlyArray<number> => [...new Set(numbers)]

const closedIn = (body: string): ReadonlyArray<number> =>
  unique([...body.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b/gi)].map(([, number]) => Number(number)))

const namedIn = (text: string): ReadonlyArray<number> =>
  unique([...text.matchAll(/(?:^|[^\w/&])#(\d{1,9})\b/g)].map(([, number]) => Number(number)))

/** A text with the words for what it should close and mention, where it lacks them. */
export const withNames = ({
  body = "",
  closes = [],
  mentions = []
}: {
  readonly body?: string | undefined
  readonly closes?: ReadonlyArray<number> | undefined
  readonly mentions?: ReadonlyArray<number> | undefined
}): string => {
  const missing = [
    ...unique(closes).flatMap((number) => (closedIn(body).includes(number) ? [] : [`Closes #${number}`])),
    ...unique(mentions).flatMap((number) => (closes.includes(number) || namedIn(body).includes(number) ? [] : [`Refs #${number}`]))
  ]
  return [...(body === "" ? [] : [body]), ...missing].join("\n")
}

/** What a pull request's text closes, and which of that GitHub links. */
export const linkedBy = (
  { defaultBranch }: Pick<State.Repository, "defaultBranch">,
  { baseBranch, body }: Pick<State.PullRequest, "baseBranch" | "body">
): Pick<State.PullRequest, "closes" | "linked"> => {
  const closes = closedIn(body)
  return { closes, linked: baseBranch === defaultBranch ? closes : [] }
}

/** The message of the commit with which a pull request was opened: its first title, and what the commit closes. */
export const messageOf = ({ commitCloses = [], events = [], title }: State.PullRequest): string => {
  const renamed = events.find((event) => event._tag === "Renamed")
  return [renamed?._tag === "Renamed" ? renamed.from : title, ...commitCloses.map((issue) => `Fixes #${issue}`)].join("\n\n")
}

/** Issues that GitHub links to a pull request, and closes when it is merged into the default branch. */
export const closedBy = ({ byHand = [], linked }: State.PullRequest): ReadonlyArray<number> => [...new Set([...linked, ...byHand])]

/** Pull requests that are linked to an issue, by number. */
export const linkedPullRequests = (repository: State.Repository, issue: number): ReadonlyArray<State.PullRequest> =>
  Array.from(HashMap.values(repository.items))
    .filter((item): item is State.PullRequest => item._tag === "PullRequest" && closedBy(item).includes(issue))
    .sort((a, b) => a.number - b.number)

/** Tells the issues that a text of a pull request names for the first time. */
export const told = (
  state: State.State,
  repositoryId: number,
  pullRequest: number,
  text: string,
  actorId: number,
  at: number
): State.State =>
  namedIn(text).reduce((before, named) => {
    const issue = Option.getOrUndefined(State.issueOf(HashMap.unsafeGet(before.repositories, repositoryId), named))
    return issue?.events.some((event) => event._tag === "CrossReferenced" && event.pullRequest === pullRequest) === true
      ? before
      : addEvent(before, repositoryId, named, at, (event) => ({ ...event, actorId, _tag: "CrossReferenced", pullRequest }))
  }, state)

/**
 * Changes the title or the text of an issue or a pull request, or the base branch of a pull request. The timeline shows a changed title, but not a
 * changed text.
 */
export const edit = (state: State.State, wanted: Asked.Timed<typeof Asked.Edit>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const item = yield* orRefuse(HashMap.get(repository.items, wanted.number), `there is no ${wanted.repository}#${wanted.number}`)
    const actorId = wanted.by === undefined ? item.authorId : (yield* findAccount(state, wanted.by)).id
    const id = state.lastId + 1
    const renamed = { id, at: wanted.at, actorId, _tag: "Renamed", from: item.title, to: wanted.title ?? item.title } as const
    const first = { id: id + 1, at: item.createdAt, editorId: item.authorId, body: item.body }
    const editions = [...(item.editions ?? [first]), { id: id + 2, at: wanted.at, editorId: actorId, body: wanted.body ?? "" }]
    const change = {
      title: wanted.title ?? item.title,
      body: wanted.body ?? item.body,
      updatedAt: Math.max(wanted.at, item.updatedAt),
      ...(wanted.body === undefined ? {} : { editedAt: wanted.at, editions })
    }
    const retitled = wanted.title === undefined ? [] : [renamed]
    if (item._tag === "Issue") {
      const changed = { ...item, ...change, events: [...item.events, ...retitled] }
      return [{ ...setRepository(state, setItem(repository, changed)), lastId: id + 2 }, null] as const
    }
    const moved = { ...item, ...change, baseBranch: wanted.baseBranch ?? item.baseBranch, events: [...(item.events ?? []), ...retitled] }
    const changed = { ...moved, ...linkedBy(repository, moved) }
    const edited = { ...setRepository(state, setItem(repository, changed)), lastId: id + 2 }
    return [wanted.body === undefined ? edited : told(edited, repository.id, item.number, changed.body, actorId, wanted.at), null] as const
  })

/** Adds a remark to an issue or a pull request. */
export const remark = (state: State.State, wanted: Asked.Timed<typeof Asked.AddRemark>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const { id: actorId } = yield* findAccount(state, wanted.by)
    const pullRequest = Option.getOrUndefined(State.pullRequestOf(repository, wanted.number))
    if (pullRequest !== undefined) {
      const id = state.lastId + 1
      const event: State.PullRequestEvent = { id, at: wanted.at, actorId, ...wanted.remark }
      const changed = {
        ...pullRequest,
        updatedAt: Math.max(wanted.at, pullRequest.updatedAt),
        events: [...(pullRequest.events ?? []), event]
      }
      const commented = { ...setRepository(state, setItem(repository, changed)), lastId: id }
      const text = wanted.remark._tag === "Commented" ? wanted.remark.body : ""
      return [told(commented, repository.id, wanted.number, text, actorId, wanted.at), null] as const
    }
    if (Option.isNone(State.issueOf(repository, wanted.number)))
      return yield* refuse(`there is no issue ${wanted.repository}#${wanted.number}`)
    return [addEvent(state, repository.id, wanted.number, wanted.at, (event) => ({ ...event, actorId, ...wanted.remark })), null] as const
  })
