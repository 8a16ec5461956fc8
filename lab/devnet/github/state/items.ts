/** Steps that apply to issues and pull requests alike. */
import { Either, HashMap, Option } from "effect"
import type { CloseReason } from "../../../../src/domain/IssueEvidence.ts"
import type * as Asked from "./asked.ts"
import * as State from "./State.ts"
import { findAccount, findRepository, orRefuse, refuse, type Step, setItem, setRepository } from "./Step.ts"

export type NewItem = Asked.Timed<typeof Asked.OpenIssue>

export const newItem = (state: State.State, repository: State.Repository, wanted: NewItem) =>
  Either.gen(function* () {
    const author = yield* findAccount(state, wanted.author)
    const number = wanted.number ?? HashMap.reduce(repository.held, repository.lastNumber, (last, _, held) => Math.max(last, held)) + 1
    if (HashMap.has(repository.items, number) || (wanted.number === undefined && HashMap.has(repository.held, number)))
      return yield* refuse(`the number ${wanted.repository}#${number} is taken`)
    return {
      id: state.lastId + 1,
      number,
      title: wanted.title,
      body: wanted.body ?? "",
      authorId: author.id,
      createdAt: wanted.at,
      updatedAt: wanted.at,
      closedAt: null
    }
  })

type Turn = State.PullRequestTurn extends infer T ? (T extends unknown ? Omit<T, "id" | "at" | "actorId"> : never) : never

/** Adds a change to a pull request. The returned state counts the new id, but does not contain the changed pull request yet. */
export const withTurn = (
  state: State.State,
  pullRequest: State.PullRequest,
  actorId: number,
  at: number,
  turn: Turn
): readonly [State.State, State.PullRequest] => {
  const id = state.lastId + 1
  const turns = [...(pullRequest.turns ?? []), { ...turn, id, at, actorId }]
  return [
    { ...state, lastId: id },
    { ...pullRequest, turns, updatedAt: Math.max(at, pullRequest.updatedAt) }
  ]
}

/** Adds an event to an issue's timeline. */
export const addEvent = (
  state: State.State,
  repositoryId: number,
  number: number,
  at: number,
  event: (base: { readonly id: number; readonly at: number }) => State.IssueEvent,
  change: Partial<Pick<State.Issue, "closedAt" | "reason">> = {}
): State.State => {
  const repository = HashMap.unsafeGet(state.repositories, repositoryId)
  return Option.match(State.issueOf(repository, number), {
    onNone: () => state,
    onSome: (issue) => {
      const id = state.lastId + 1
      const changed = { ...issue, ...change, updatedAt: Math.max(at, issue.updatedAt), events: [...issue.events, event({ id, at })] }
      return { ...setRepository(state, setItem(repository, changed)), lastId: id }
    }
  })
}

/** Closes an open issue; `closer` is null for a close by hand. */
export const close = (
  state: State.State,
  repositoryId: number,
  number: number,
  at: number,
  actorId: number,
  reason: CloseReason,
  closer: State.Closer,
  isByAgent?: boolean
) =>
  addEvent(state, repositoryId, number, at, (event) => ({ ...event, actorId, _tag: "Closed", reason, closer, isByAgent }), {
    closedAt: at,
    reason
  })

export const isOpenIssue = (repository: State.Repository, number: number) =>
  Option.exists(State.issueOf(repository, number), (issue) => issue.closedAt === null && issue.gone === null)

/** Closes an issue, or a pull request without merging it. `by` defaults to its author. */
export const closeItem = (state: State.State, wanted: Asked.Timed<typeof Asked.Close>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const item = yield* orRefuse(HashMap.get(repository.items, wanted.number), `there is no ${wanted.repository}#${wanted.number}`)
    if (item.closedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is closed already`)
    const actor = wanted.by === undefined ? item.authorId : (yield* findAccount(state, wanted.by)).id
    if (item._tag === "PullRequest") {
      const [turned, closed] = withTurn(state, { ...item, closedAt: wanted.at }, actor, wanted.at, { _tag: "Closed" })
      return [setRepository(turned, setItem(repository, closed)), null] as const
    }
    const next = close(
      state,
      repository.id,
      wanted.number,
      wanted.at,
      actor,
      wanted.reason ?? "completed",
      wanted.byProject === true ? { _tag: "Project" } : null,
      wanted.byAgent
    )
    return [next, null] as const
  })
