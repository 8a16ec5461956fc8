/** Steps that open, reopen, move and delete issues. */
import { Either, Option } from "effect"
import type * as Asked from "./asked.ts"
import { addEvent, close, type NewItem, newItem, withTurn } from "./items.ts"
import * as State from "./State.ts"
import { findAccount, findIssue, findRepository, refuse, type Step, setItem, setRepository } from "./Step.ts"

export const openIssue = (state: State.State, wanted: NewItem): Step<State.Issue> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue: State.Issue = { ...(yield* newItem(state, repository, wanted)), _tag: "Issue", reason: null, events: [], gone: null }
    return [{ ...setRepository(state, setItem(repository, issue)), lastId: issue.id }, issue] as const
  })

/** Opens an issue or an unmerged pull request again. `by` defaults to its author. */
export const reopenIssue = (state: State.State, wanted: Asked.Timed<typeof Asked.ReopenIssue>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pull = Option.getOrUndefined(State.pullRequestOf(repository, wanted.number))
    if (pull !== undefined) {
      if (pull.closedAt === null || pull.mergedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is open or merged`)
      const by = wanted.by === undefined ? pull.authorId : (yield* findAccount(state, wanted.by)).id
      const [turned, again] = withTurn(state, { ...pull, closedAt: null }, by, wanted.at, { _tag: "Reopened" })
      return [setRepository(turned, setItem(repository, again)), null] as const
    }
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    if (issue.closedAt === null) return yield* refuse(`${wanted.repository}#${wanted.number} is open`)
    const actorId = wanted.by === undefined ? issue.authorId : (yield* findAccount(state, wanted.by)).id
    const reopened = addEvent(state, repository.id, wanted.number, wanted.at, (event) => ({ ...event, actorId, _tag: "Reopened" }), {
      closedAt: null,
      reason: "reopened"
    })
    return [reopened, null] as const
  })

export const deleteIssue = (state: State.State, wanted: { readonly repository: string; readonly number: number }): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    return [setRepository(state, setItem(repository, { ...issue, gone: { _tag: "Deleted" } })), null] as const
  })

/** Moves an issue to another repository, where it gets the next number. */
export const transferIssue = (state: State.State, wanted: Asked.Timed<typeof Asked.TransferIssue>): Step<State.Issue> =>
  Either.gen(function* () {
    const from = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(from, wanted.repository, wanted.number)
    const to = yield* findRepository(state, wanted.to)
    if (to.id === from.id) return yield* refuse(`${wanted.repository}#${wanted.number} is in ${wanted.to} already`)
    const id = state.lastId + 1
    const transferred: State.IssueEvent = { id, at: wanted.at, actorId: from.ownerId, _tag: "Transferred", fromRepositoryId: from.id }
    const moved: State.Issue = { ...issue, number: to.lastNumber + 1, updatedAt: wanted.at, events: [...issue.events, transferred] }
    const left = setItem(from, { ...issue, gone: { _tag: "Transferred", repositoryId: to.id, number: moved.number } })
    return [{ ...setRepository(setRepository(state, left), setItem(to, moved)), lastId: id }, moved] as const
  })

/** Sets the assignees and the thumbs-up reactions of an issue. For GitHub, neither is an edit of the issue's text. */
export const setPeople = (state: State.State, wanted: typeof Asked.SetPeople.Encoded): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    const idsOf = (logins: ReadonlyArray<string>) =>
      Either.all(logins.map((login) => Either.map(findAccount(state, login), ({ id }) => id)))
    const assignees = wanted.assignees === undefined ? issue.assignees : yield* idsOf(wanted.assignees)
    const reactions = wanted.reactions === undefined ? issue.reactions : yield* idsOf(wanted.reactions)
    const changed = { ...issue, assignees: assignees ?? [], reactions: reactions ?? [] }
    return [setRepository(state, setItem(repository, changed)), null] as const
  })

/** Converts an issue to a discussion: GitHub closes it and adds an event. */
export const convertToDiscussion = (
  state: State.State,
  wanted: { readonly repository: string; readonly number: number; readonly at: number }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    const { ownerId: actorId } = repository
    const closed = issue.closedAt === null ? close(state, repository.id, wanted.number, wanted.at, actorId, "completed", null) : state
    const converted = addEvent(closed, repository.id, wanted.number, wanted.at, (event) => ({
      ...event,
      actorId,
      _tag: "ConvertedToDiscussion"
    }))
    return [converted, null] as const
  })

/** Changes the reason of a closed issue: GitHub's timeline gets a second `closed` event without a closer. */
export const changeReason = (state: State.State, wanted: Asked.Timed<typeof Asked.ChangeReason>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    if (issue.closedAt === null) return yield* refuse(`${wanted.repository}#${wanted.number} is open`)
    const actorId = wanted.by === undefined ? repository.ownerId : (yield* findAccount(state, wanted.by)).id
    return [close(state, repository.id, wanted.number, wanted.at, actorId, wanted.reason, null), null] as const
  })
