/** What people do to a pull request beside ending it: reviews, and changed texts and titles; those of issues too. */
import { Either, HashMap } from "effect"
import { findAccount, findPullRequest, findRepository, orRefuse, refuse, type Step, setItem, setRepository } from "./operations.ts"
import type * as State from "./State.ts"

/** GitHub lets nobody approve or refuse what is his own. */
export const review = (
  state: State.State,
  wanted: {
    readonly repository: string
    readonly number: number
    readonly by: string
    readonly state: State.Review["state"]
    readonly at: number
  }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    const { id: authorId } = yield* findAccount(state, wanted.by)
    if (authorId === pullRequest.authorId && wanted.state !== "COMMENTED")
      return yield* refuse(`${wanted.repository}#${wanted.number} is ${wanted.by}'s own`)
    const given: State.Review = { id: state.lastId + 1, authorId, state: wanted.state, at: wanted.at }
    const changed = {
      ...pullRequest,
      updatedAt: Math.max(wanted.at, pullRequest.updatedAt),
      reviews: [...(pullRequest.reviews ?? []), given]
    }
    return [{ ...setRepository(state, setItem(repository, changed)), lastId: given.id }, null] as const
  })

/** Changes a text, a title, or both: a title's change is told in the timeline, a text's is not. */
export const edit = (
  state: State.State,
  wanted: {
    readonly repository: string
    readonly number: number
    readonly by?: string | undefined
    readonly title?: string | undefined
    readonly body?: string | undefined
    readonly at: number
  }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const item = yield* orRefuse(HashMap.get(repository.items, wanted.number), `there is no ${wanted.repository}#${wanted.number}`)
    const actorId = wanted.by === undefined ? item.authorId : (yield* findAccount(state, wanted.by)).id
    const id = state.lastId + 1
    const renamed = { id, at: wanted.at, actorId, _tag: "Renamed", from: item.title, to: wanted.title ?? item.title } as const
    const change = {
      title: wanted.title ?? item.title,
      body: wanted.body ?? item.body,
      updatedAt: Math.max(wanted.at, item.updatedAt),
      editedAt: wanted.body === undefined ? (item.editedAt ?? null) : wanted.at
    }
    const told = wanted.title === undefined ? [] : [renamed]
    const changed =
      item._tag === "Issue"
        ? { ...item, ...change, events: [...item.events, ...told] }
        : { ...item, ...change, events: [...(item.events ?? []), ...told] }
    return [{ ...setRepository(state, setItem(repository, changed)), lastId: id }, null] as const
  })
