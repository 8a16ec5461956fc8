/** What ends on the stand-in: accounts, gists, and issues that become something else or are closed for another reason. */
import { Either, HashMap, Option } from "effect"
import type { CloseReason } from "../../domain/IssueEvidence.ts"
import {
  addEvent,
  close,
  findAccount,
  findIssue,
  findPullRequest,
  findRepository,
  refuse,
  type Step,
  setItem,
  setRepository
} from "./operations.ts"
import type * as State from "./State.ts"

/** An account is deleted: what it wrote stays without an author, its gists go, its login is free. */
export const deleteAccount = (state: State.State, login: string): Step<null> =>
  Either.gen(function* () {
    const account = yield* findAccount(state, login)
    const next: State.State = {
      ...state,
      accounts: HashMap.set(state.accounts, account.id, { ...account, deleted: true }),
      logins: HashMap.remove(state.logins, login.toLowerCase()),
      gists: HashMap.filter(state.gists, ({ ownerId }) => ownerId !== account.id)
    }
    return [next, null] as const
  })

/** An issue becomes a discussion: GitHub closes it and says so in its timeline. */
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

/** The reason of a closed issue is changed: GitHub writes a second closing into its timeline, by hand. */
export const changeReason = (
  state: State.State,
  wanted: {
    readonly repository: string
    readonly number: number
    readonly reason: CloseReason
    readonly by?: string | undefined
    readonly at: number
  }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    if (issue.closedAt === null) return yield* refuse(`${wanted.repository}#${wanted.number} is open`)
    const actorId = wanted.by === undefined ? repository.ownerId : (yield* findAccount(state, wanted.by)).id
    return [close(state, repository.id, wanted.number, wanted.at, actorId, wanted.reason, null), null] as const
  })

/** A pull request becomes a draft, or ready for review. */
export const setDraft = (
  state: State.State,
  wanted: { readonly repository: string; readonly number: number; readonly draft: boolean }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    if (pullRequest.closedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is closed`)
    return [setRepository(state, setItem(repository, { ...pullRequest, draft: wanted.draft })), null] as const
  })

/** A gist gets another content, or is deleted where there is none. */
export const changeGist = (
  state: State.State,
  wanted: { readonly id: string; readonly files: Readonly<Record<string, string>> | null }
): Step<null> =>
  Option.match(HashMap.get(state.gists, wanted.id), {
    onNone: () => refuse(`there is no gist ${wanted.id}`),
    onSome: (gist) =>
      Either.right([
        {
          ...state,
          gists:
            wanted.files === null
              ? HashMap.remove(state.gists, wanted.id)
              : HashMap.set(state.gists, wanted.id, { ...gist, files: wanted.files })
        },
        null
      ] as const)
  })
