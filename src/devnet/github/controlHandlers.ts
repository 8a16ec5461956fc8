/** The stand-in's side of the control paths: each takes one step of its state. */
import { HttpApiBuilder } from "@effect/platform"
import { Clock, Effect, Ref } from "effect"
import { IssueNumber } from "../../domain/IssueRef.ts"
import { ControlApi } from "./ControlApi.ts"
import * as contributions from "./contributionSteps.ts"
import * as departures from "./departures.ts"
import { type ClockSetting, type Engine, step } from "./Engine.ts"
import * as history from "./history.ts"
import * as Limits from "./limits.ts"
import * as merges from "./merges.ts"
import * as operations from "./operations.ts"
import * as State from "./State.ts"
import { tokenOf } from "./server.ts"

/** What is told without a time happens now. */
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
    Effect.mapError(State.accountByLogin(state, login), () => new operations.Refused({ reason: `there is no account ${login}` }))
  )

/** The group of handlers over a running stand-in. */
export const layer = (engine: Engine) =>
  HttpApiBuilder.group(ControlApi, "control", (handlers) =>
    handlers
      .handle("createUser", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => operations.createAccount(state, timed(payload, now))),
          accountOf
        )
      )
      .handle("user", ({ payload }) => Effect.map(findAccount(engine, payload.login), accountOf))
      .handle("deleteUser", ({ payload }) => step(engine, (state) => departures.deleteAccount(state, payload.login)))
      .handle("renameUser", ({ payload }) =>
        Effect.map(
          step(engine, (state) => operations.renameAccount(state, payload.login, payload.to)),
          accountOf
        )
      )
      .handle("createRepository", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state, now) => operations.createRepository(state, timed(payload, now))),
          repositoryOf(engine)
        )
      )
      .handle("changeRepository", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state, now) => operations.changeRepository(state, payload.repository, payload, payload.at ?? now)),
          repositoryOf(engine)
        )
      )
      .handle("openIssue", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => operations.openIssue(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("close", ({ payload }) => step(engine, (state, now) => operations.closeItem(state, timed(payload, now))))
      .handle("reopenIssue", ({ payload }) => step(engine, (state, now) => operations.reopenIssue(state, timed(payload, now))))
      .handle("deleteIssue", ({ payload }) => step(engine, (state) => operations.deleteIssue(state, payload)))
      .handle("convertToDiscussion", ({ payload }) =>
        step(engine, (state, now) => departures.convertToDiscussion(state, timed(payload, now)))
      )
      .handle("changeReason", ({ payload }) => step(engine, (state, now) => departures.changeReason(state, timed(payload, now))))
      .handle("remark", ({ payload }) => step(engine, (state, now) => merges.remark(state, timed(payload, now))))
      .handle("review", ({ payload }) => step(engine, (state, now) => contributions.review(state, timed(payload, now))))
      .handle("edit", ({ payload }) => step(engine, (state, now) => contributions.edit(state, timed(payload, now))))
      .handle("transferIssue", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => operations.transferIssue(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("openPullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => operations.openPullRequest(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("openHeldPullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => history.openHeld(state, timed(payload, now))),
          numberOf
        )
      )
      .handle("setDraft", ({ payload }) => step(engine, (state) => departures.setDraft(state, payload)))
      .handle("mergePullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => history.mergeAsItWas(state, timed(payload, now))),
          mergedOf
        )
      )
      .handle("revertPullRequest", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => history.revert(state, timed(payload, now))),
          mergedOf
        )
      )
      .handle("pushCommit", ({ payload }) =>
        Effect.map(
          step(engine, (state, now) => merges.pushCommit(state, timed(payload, now))),
          ({ sha }) => ({ sha })
        )
      )
      .handle("changeDefaultBranch", ({ payload }) =>
        Effect.flatMap(
          step(engine, (state) => merges.changeDefaultBranch(state, payload)),
          repositoryOf(engine)
        )
      )
      .handle("changeGist", ({ payload }) => step(engine, (state) => departures.changeGist(state, payload)))
      .handle("setPages", ({ payload }) => Effect.as(Ref.set(engine.pages, payload), null))
      .handle("setClock", ({ payload }) => {
        const setting: ClockSetting = payload.at === null ? { _tag: "Real", offset: 0 } : { _tag: "Fixed", at: payload.at }
        return Effect.as(engine.setClock(setting), null)
      })
      .handle("advanceClock", ({ payload }) => Effect.as(engine.advanceClock(payload.by), null))
      .handle("leaveRateLimit", ({ payload }) =>
        Effect.gen(function* () {
          const caller = payload.login === null ? null : (yield* findAccount(engine, payload.login)).id
          const now = yield* Clock.currentTimeMillis
          const resetAt = now + payload.resetInSeconds * 1000
          yield* Ref.update(engine.limits, (limits) => Limits.leave(limits, caller, payload.resource, payload.remaining, resetAt, now))
          return null
        })
      )
      .handle("fail", ({ payload }) =>
        Effect.as(
          Ref.update(engine.faults, (faults) => [...faults, payload.fault]),
          null
        )
      )
      .handle("heal", () => Effect.as(Ref.set(engine.faults, []), null))
      .handle("tally", () => Ref.get(engine.tally))
  )
