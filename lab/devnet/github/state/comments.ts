/** Steps for what API clients write: comments on issues and pull requests, and statuses of commits. */
import { Either, HashMap } from "effect"
import type * as Asked from "./asked.ts"
import type * as State from "./State.ts"
import { findRepository, refuse, type Step, setItem, setRepository } from "./Step.ts"

export type Comment = Extract<State.IssueEvent, { readonly _tag: "Commented" }>
type Item = State.Issue | State.PullRequest

/** A comment, and its issue or pull request. */
export interface FoundComment {
  readonly item: Item
  readonly comment: Comment
}

/** The comments of an issue or a pull request, oldest first. */
export const commentsOf = ({ events = [] }: Item): ReadonlyArray<Comment> =>
  events.flatMap((event) => (event._tag === "Commented" ? [event] : []))

export const commentById = (repository: State.Repository, id: number): FoundComment | undefined =>
  Array.from(HashMap.values(repository.items))
    .filter((item) => item._tag === "PullRequest" || item.gone === null)
    .flatMap((item) => commentsOf(item).map((comment) => ({ item, comment })))
    .find(({ comment }) => comment.id === id)

/** Replaces a comment; null deletes it. */
const withComment = (item: Item, id: number, changed: Comment | null, at: number): Item => {
  const replaced = <Event extends { readonly id: number }>(events: ReadonlyArray<Event>): ReadonlyArray<Event | Comment> =>
    events.flatMap((event): ReadonlyArray<Event | Comment> => (event.id !== id ? [event] : changed === null ? [] : [changed]))
  const updatedAt = Math.max(at, item.updatedAt)
  return item._tag === "Issue"
    ? { ...item, updatedAt, events: replaced(item.events) }
    : { ...item, updatedAt, events: replaced(item.events ?? []) }
}

export const editComment = (
  state: State.State,
  repositoryId: number,
  { item, comment }: FoundComment,
  { body, at }: { readonly body: string; readonly at: number }
): readonly [State.State, FoundComment] => {
  const edited = { ...comment, body, editedAt: at }
  const changed = withComment(item, comment.id, edited, at)
  return [setRepository(state, setItem(HashMap.unsafeGet(state.repositories, repositoryId), changed)), { item: changed, comment: edited }]
}

const changeComment = (
  state: State.State,
  wanted: { readonly repository: string; readonly comment: number; readonly at: number },
  change: (comment: Comment) => Comment | null
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const found = commentById(repository, wanted.comment)
    if (found === undefined) return yield* refuse(`there is no comment ${wanted.comment} in ${wanted.repository}`)
    const changed = withComment(found.item, wanted.comment, change(found.comment), wanted.at)
    return [setRepository(state, setItem(repository, changed)), null] as const
  })

export const deleteComment = (state: State.State, wanted: Parameters<typeof changeComment>[1]): Step<null> =>
  changeComment(state, wanted, () => null)

/** Hides a comment for a reason, or shows it again (null). */
export const minimizeComment = (
  state: State.State,
  { reason, ...wanted }: Parameters<typeof changeComment>[1] & { readonly reason: string | null }
): Step<null> => changeComment(state, wanted, (comment) => ({ ...comment, minimized: reason }))

export const setReactions = (
  state: State.State,
  { reactions, ...wanted }: { readonly repository: string; readonly comment: number; readonly reactions: Asked.Reactions }
): Step<null> => changeComment(state, { ...wanted, at: 0 }, (comment) => ({ ...comment, reactions }))

export const addStatus = (
  state: State.State,
  repositoryId: number,
  status: Omit<State.CommitStatus, "id">
): readonly [State.State, State.CommitStatus] => {
  const id = state.lastId + 1
  const repository = HashMap.unsafeGet(state.repositories, repositoryId)
  const added = { ...status, id }
  const changed = { ...repository, statuses: [...(repository.statuses ?? []), added] }
  return [{ ...setRepository(state, changed), lastId: id }, added]
}
