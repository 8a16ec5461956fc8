/** Handlers of the control paths. Most apply one step to the state. */
import { HttpApiBuilder } from "@effect/platform"
import { Clock, Effect, Layer, Ref } from "effect"
import { IssueNumber } from "../../../../src/domain/IssueRef.ts"
import { type Engine, step } from "../Engine.ts"
import { mergeAsItWas, openHeld } from "../facts/history.ts"
import { tokenOf } from "../server/answer.ts"
import * as Limits from "../server/rateLimits.ts"
import { changeGist, createAccount, deleteAccount, flagAccount, renameAccount } from "../state/accounts.ts"
import { deleteComment } from "../state/comments.ts"
import { changeReason, convertToDiscussion, deleteIssue, openIssue, reopenIssue, setPeople, transferIssue } from "../state/issues.ts"
import { closeItem, edit, remark } from "../state/items.ts"
import { pushCommit, revert } from "../state/merges.ts"
import { forcePush, link, openPullRequest, requestReview, review, setChecks, setDraft } from "../state/pullRequests.ts"
import { changeDefaultBranch, changeRepository, createRepository, renameLabel } from "../state/repositories.ts"
import * as State from "../state/State.ts"
import { Refused } from "../state/Step.ts"
import { ControlApi } from "./ControlApi.ts"

/** Events without a time happen now. */
const timed = <A extends { readonly at?: number | undefined }>(payload: A, now: number) => ({ ...payload, at: payload.at ?? now })

const accountOf = ({ id, login }: State.Account) => ({ id, login, token: tokenOf(id) })

const repositoryOf = (engine: Engine) => (repository: State.Repository) =>
  Effect.map(Ref.get(engine.state), (state) => ({ id: repository.id, repository: State.fullName(state, repository) }))

const numberOf = ({ number }: { readonly number: number }) => ({ number: IssueNumber.make(number) })

const mergedOf = ({ number, mergeCommit, mergedAt }: State.PullRequest) => ({
  number: IssueNumber.make(number),
  mergeCommit: mergeCommit ?? "",
  mergedAt: mergedAt ?? 0
})

const findAccount = (engine: Engine, login: string) =>
  Effect.flatMap(Ref.get(engine.state), (state) =>
    Effect.mapError(State.accountByLogin(state, login), () => new Refused({ reason: `there is no account ${login}` }))
  )

const accounts = (engine: Engine) =>
  HttpApiBuilder.group(ControlApi, "accounts", (handlers) =>
    handlers
      .handle("createUser", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => createAccount(state, timed(payload, now))),
          accountOf
        )
      )
      .handle("user", ({ payload }) => Effect.map(findAccount(engine, payload.login), accountOf))
      .handle("deleteUser", ({ payload }) => step(engine, (state) => deleteAccount(state, payload.login)))
      .handle("flagUser", ({ payload }) => step(engine, (state) => flagAccount(state, payload.login, payload.flagged)))
      .handle("renameUser", ({ payload }) =>
        Effect.map(
          step(engine, (state) => renameAccount(state, payload.login, payload.to)),
          accountOf
        )
      )
      .handle("createRepository", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state, now) => createRepository(state, timed(payload, now))),
          repositoryOf(engine)
        )
      )
      .handle("changeRepository", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state, now) => changeRepository(state, payload.repository, payload, payload.at ?? now)),
          repositoryOf(engine)
        )
      )
      .handle("changeDefaultBranch", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state, now) => changeDefaultBranch(state, payload, now)),
          repositoryOf(engine)
        )
      )
      .handle("renameLabel", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state) => renameLabel(state, payload)),
          repositoryOf(engine)
        )
      )
      .handle("changeGist", ({ payload }) => step(engine, (state) => changeGist(state, payload)))
  )

const items = (engine: Engine) =>
  HttpApiBuilder.group(ControlApi, "items", (handlers) =>
    handlers
      .handle("openIssue", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => openIssue(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("close", ({ payload }) => step(engine, (state, now) => closeItem(state, timed(payload, now))))
      .handle("setPeople", ({ payload }) => step(engine, (state) => setPeople(state, payload)))
      .handle("reopenIssue", ({ payload }) => step(engine, (state, now) => reopenIssue(state, timed(payload, now))))
      .handle("deleteIssue", ({ payload }) => step(engine, (state) => deleteIssue(state, payload)))
      .handle("convertToDiscussion", ({ payload }) => step(engine, (state, now) => convertToDiscussion(state, timed(payload, now))))
      .handle("changeReason", ({ payload }) => step(engine, (state, now) => changeReason(state, timed(payload, now))))
      .handle("remark", ({ payload }) => step(engine, (state, now) => remark(state, timed(payload, now))))
      .handle("deleteComment", ({ payload }) => step(engine, (state, now) => deleteComment(state, timed(payload, now))))
      .handle("review", ({ payload }) => step(engine, (state, now) => review(state, timed(payload, now))))
      .handle("edit", ({ payload }) => step(engine, (state, now) => edit(state, timed(payload, now))))
      .handle("link", ({ payload }) => step(engine, (state) => link(state, payload)))
      .handle("transferIssue", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => transferIssue(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("openPullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => openPullRequest(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("openHeldPullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => openHeld(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("forcePush", ({ payload }) =>
        Effect.as(
          step(engine, (state, now) => forcePush(state, timed(payload, now))),
          null
        )
      )
      .handle("setChecks", ({ payload }) => step(engine, (state, now) => setChecks(state, timed(payload, now))))
      .handle("setDraft", ({ payload }) => step(engine, (state, now) => setDraft(state, timed(payload, now))))
      .handle("requestReview", ({ payload }) => step(engine, (state, now) => requestReview(state, timed(payload, now))))
      .handle("mergePullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => mergeAsItWas(state, timed(payload, now))),
          mergedOf
        )
      )
      .handle("revertPullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => revert(state, timed(payload, now))),
          mergedOf
        )
      )
      .handle("pushCommit", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => pushCommit(state, timed(payload, now))),
          ({ sha }) => ({ sha })
        )
      )
  )

const conditions = (engine: Engine) =>
  HttpApiBuilder.group(ControlApi, "conditions", (handlers) =>
    handlers
      .handle("setPages", ({ payload }) => Effect.as(Ref.set(engine.pages, payload), null))
      .handle("setRateLimit", ({ payload }) =>
        Effect.gen(function* () {
          const caller = payload.login === null ? null : (yield* findAccount(engine, payload.login)).id
          const now = yield* Clock.currentTimeMillis
          const resetAt = now + payload.resetInSeconds * 1000
          yield* Ref.update(engine.limits, (limits) =>
            Limits.setRemaining(limits, caller, payload.resource, payload.remaining, resetAt, now)
          )
          return null
        })
      )
      .handle("refuseByOwner", ({ payload: { owner, login, form } }) =>
        Effect.gen(function* () {
          const [{ id: ownerId }, { id: caller }] = yield* Effect.all([findAccount(engine, owner), findAccount(engine, login)])
          yield* Ref.update(engine.refusals, (all) => [
            ...all.filter((one) => one.owner !== ownerId || one.caller !== caller),
            ...(form === null ? [] : [{ owner: ownerId, caller, form }])
          ])
          return null
        })
      )
      .handle("addFault", ({ payload }) =>
        Effect.as(
          Ref.update(engine.faults, (faults) => [...faults, payload.fault]),
          null
        )
      )
      .handle("removeFaults", () => Effect.as(Ref.set(engine.faults, []), null))
      .handle("countRequests", () => Ref.get(engine.counts))
  )

/** The handlers of all control paths over a running stand-in. */
export const layer = (engine: Engine) => Layer.mergeAll(accounts(engine), items(engine), conditions(engine))
