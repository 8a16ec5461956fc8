/** Handlers of the control paths. Most apply one step to the state. */
import { HttpApiBuilder } from "@effect/platform"
import { Clock, Effect, Layer, Ref } from "effect"
import { IssueNumber } from "../../../../src/domain/IssueRef.ts"
import { applyStep, type Engine } from "../Engine.ts"
import { mergeAsItWas, openHeld } from "../facts/history.ts"
import { tokenOf } from "../server/answer.ts"
import * as Limits from "../server/rateLimits.ts"
import { changeGist, createAccount, deleteAccount, flagAccount, renameAccount } from "../state/accounts.ts"
import { deleteComment, minimizeComment, setReactions } from "../state/comments.ts"
import { changeReason, convertToDiscussion, deleteIssue, openIssue, reopenIssue, setPeople, transferIssue } from "../state/issues.ts"
import { closeItem } from "../state/items.ts"
import { pushCommit, revert } from "../state/merges.ts"
import { forcePush, link, openPullRequest, requestReview, review, setChecks, setDraft, unlink } from "../state/pullRequests.ts"
import { changeDefaultBranch, changeRepository, createRepository, renameLabel } from "../state/repositories.ts"
import * as State from "../state/State.ts"
import { Refused } from "../state/Step.ts"
import { edit, remark } from "../state/texts.ts"
import { ControlApi } from "./ControlApi.ts"

/** Events without a time happen now. */
const withTime = <A extends { readonly at?: number | undefined }>(payload: A, now: number) => ({ ...payload, at: payload.at ?? now })

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
          applyStep(engine, (state, now) => createAccount(state, withTime(payload, now))),
          accountOf
        )
      )
      .handle("user", ({ payload }) => Effect.map(findAccount(engine, payload.login), accountOf))
      .handle("deleteUser", ({ payload }) => applyStep(engine, (state) => deleteAccount(state, payload.login)))
      .handle("flagUser", ({ payload }) => applyStep(engine, (state) => flagAccount(state, payload.login, payload.flagged)))
      .handle("renameUser", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state) => renameAccount(state, payload.login, payload.to)),
          accountOf
        )
      )
      .handle("createRepository", ({ payload }) =>
        Effect.flatMap(
          applyStep(engine, (state, now) => createRepository(state, withTime(payload, now))),
          repositoryOf(engine)
        )
      )
      .handle("changeRepository", ({ payload }) =>
        Effect.flatMap(
          applyStep(engine, (state, now) => changeRepository(state, payload.repository, payload, payload.at ?? now)),
          repositoryOf(engine)
        )
      )
      .handle("changeDefaultBranch", ({ payload }) =>
        Effect.flatMap(
          applyStep(engine, (state, now) => changeDefaultBranch(state, payload, now)),
          repositoryOf(engine)
        )
      )
      .handle("renameLabel", ({ payload }) =>
        Effect.flatMap(
          applyStep(engine, (state) => renameLabel(state, payload)),
          repositoryOf(engine)
        )
      )
      .handle("changeGist", ({ payload }) => applyStep(engine, (state) => changeGist(state, payload)))
  )

const items = (engine: Engine) =>
  HttpApiBuilder.group(ControlApi, "items", (handlers) =>
    handlers
      .handle("openIssue", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => openIssue(state, withTime(payload, now))),
          numberOf
        )
      )
      .handle("close", ({ payload }) => applyStep(engine, (state, now) => closeItem(state, withTime(payload, now))))
      .handle("setPeople", ({ payload }) => applyStep(engine, (state) => setPeople(state, payload)))
      .handle("reopenIssue", ({ payload }) => applyStep(engine, (state, now) => reopenIssue(state, withTime(payload, now))))
      .handle("deleteIssue", ({ payload }) => applyStep(engine, (state) => deleteIssue(state, payload)))
      .handle("convertToDiscussion", ({ payload }) => applyStep(engine, (state, now) => convertToDiscussion(state, withTime(payload, now))))
      .handle("changeReason", ({ payload }) => applyStep(engine, (state, now) => changeReason(state, withTime(payload, now))))
      .handle("remark", ({ payload }) => applyStep(engine, (state, now) => remark(state, withTime(payload, now))))
      .handle("deleteComment", ({ payload }) => applyStep(engine, (state, now) => deleteComment(state, withTime(payload, now))))
      .handle("setReactions", ({ payload }) => applyStep(engine, (state) => setReactions(state, payload)))
      .handle("minimizeComment", ({ payload }) => applyStep(engine, (state, now) => minimizeComment(state, withTime(payload, now))))
      .handle("review", ({ payload }) => applyStep(engine, (state, now) => review(state, withTime(payload, now))))
      .handle("edit", ({ payload }) => applyStep(engine, (state, now) => edit(state, withTime(payload, now))))
      .handle("link", ({ payload }) => applyStep(engine, (state, now) => link(state, withTime(payload, now))))
      .handle("unlink", ({ payload }) => applyStep(engine, (state, now) => unlink(state, withTime(payload, now))))
      .handle("transferIssue", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => transferIssue(state, withTime(payload, now))),
          numberOf
        )
      )
      .handle("openPullRequest", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => openPullRequest(state, withTime(payload, now))),
          numberOf
        )
      )
      .handle("openHeldPullRequest", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => openHeld(state, withTime(payload, now))),
          numberOf
        )
      )
      .handle("forcePush", ({ payload }) =>
        Effect.as(
          applyStep(engine, (state, now) => forcePush(state, withTime(payload, now))),
          null
        )
      )
      .handle("setChecks", ({ payload }) => applyStep(engine, (state, now) => setChecks(state, withTime(payload, now))))
      .handle("setDraft", ({ payload }) => applyStep(engine, (state, now) => setDraft(state, withTime(payload, now))))
      .handle("requestReview", ({ payload }) => applyStep(engine, (state, now) => requestReview(state, withTime(payload, now))))
      .handle("mergePullRequest", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => mergeAsItWas(state, withTime(payload, now))),
          mergedOf
        )
      )
      .handle("revertPullRequest", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => revert(state, withTime(payload, now))),
          mergedOf
        )
      )
      .handle("pushCommit", ({ payload }) =>
        Effect.map(
          applyStep(engine, (state, now) => pushCommit(state, withTime(payload, now))),
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
