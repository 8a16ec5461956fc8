/** The comment on an issue and the status on a pull request, written by a process that is killed at every step. */
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { eventually, folder } from "../../support/cli/support.ts"
import type { CommentsProcess } from "../../support/comments/commentsProcess.ts"
import { competing, GADGETS, gitHub, shown, statuses } from "../../support/comments/index.ts"
import { placeDatabase } from "../../support/database/support.ts"
import { exitOf, startKillable } from "../../support/quality/killable.ts"
import { serve } from "../../support/serve.ts"

const SCRIPT = fileURLToPath(new URL("../../support/comments/commentsProcess.ts", import.meta.url))

const COMMENTS = /\/comments/
const STATUSES = /\/statuses\//

/** When the process is killed: before GitHub receives its request, before it receives GitHub's response, or as soon as the response is sent. */
type Step = "sent" | "taken" | "answered"

/** A proxy to the stand-in that calls `die` at a step of the next writing request to such a path. */
const way = (to: string, path: RegExp) =>
  Effect.gen(function* () {
    const state = { step: undefined as Step | undefined, writes: 0, asked: 0, die: async () => {} }
    const server = yield* serve(async (request) => {
      const { pathname, search } = new URL(request.url)
      const forward = async () =>
        fetch(to + pathname + search, { method: request.method, headers: request.headers, body: request.body, redirect: "manual" })
      if (pathname === "/graphql") state.asked++
      const isWrite = request.method !== "GET" && path.test(pathname)
      const { step } = state
      if (!isWrite) return forward()
      state.writes++
      if (step === undefined) return forward()
      state.step = undefined
      if (step === "sent") {
        await state.die()
        return new Response(null, { status: 502 })
      }
      const answer = await forward()
      if (step === "taken") await state.die()
      else queueMicrotask(() => void state.die())
      return answer
    })
    return { url: server.url, state }
  })

type State = Effect.Effect.Success<ReturnType<typeof way>>["state"]

/** Starts the process, which is killed at this step of its writing. */
const killedAt = (state: State, step: Step, given: typeof CommentsProcess.Type) =>
  Effect.gen(function* () {
    state.step = step
    const child = yield* startKillable(SCRIPT, given)
    state.die = async () => {
      child.kill("SIGKILL")
      await child.exited
    }
    yield* exitOf(child)
    assert.isTrue(child.killed && state.step === undefined, yield* Effect.promise(() => new Response(child.stderr).text()))
  }).pipe(Effect.scoped)

/** Waits until the process has checked often enough that it would have written again. */
const lookedOn = (state: State) =>
  Effect.suspend(() => {
    const { asked } = state
    return eventually(
      "further looks",
      Effect.sync(() => (state.asked >= asked + 12 ? true : undefined))
    )
  })

describe("a comment on an issue", () => {
  it.scopedLive("is one, whichever step of its writing kill -9 ends", () =>
    Effect.gen(function* () {
      const { url, writer } = yield* gitHub()
      const { url: through, state } = yield* way(url, COMMENTS)
      const path = yield* Effect.tap(folder, placeDatabase)
      const given = (isFirst: boolean, funded: string): typeof CommentsProcess.Type => ({
        folder: path,
        url: through,
        token: writer.token,
        isFirst,
        funded,
        deadline: null
      })
      const killed = (step: Step, isFirst: boolean, funded: string) => killedAt(state, step, given(isFirst, funded))
      const settled = (funded: string, told: string) =>
        Effect.gen(function* () {
          yield* startKillable(SCRIPT, given(false, funded))
          yield* eventually(
            told,
            Effect.map(shown(url, GADGETS, 7), (all) => (all.some(({ body }) => body.includes(told)) ? true : undefined))
          )
          yield* lookedOn(state)
        }).pipe(Effect.scoped)

      yield* killed("sent", true, "50000000000")
      assert.lengthOf(yield* shown(url, GADGETS, 7), 0)
      yield* killed("taken", false, "50000000000")
      const [first] = yield* shown(url, GADGETS, 7)
      yield* settled("50000000000", "50 of 200 α")
      for (const [index, step] of (["sent", "taken", "answered"] as const).entries()) {
        yield* killed(step, false, `${60 + index}000000000`)
        yield* settled(`${60 + index}000000000`, `${60 + index} of 200 α`)
      }
      const all = yield* shown(url, GADGETS, 7)
      assert.deepStrictEqual(
        all.map(({ id }) => id),
        [first?.id]
      )
      assert.strictEqual(state.writes, 6, "two to create it, one for each change, and one more for the change that was lost")
    })
  )

  it.scopedLive("is one where the process dies as soon as GitHub answers", () =>
    Effect.gen(function* () {
      const { url, writer } = yield* gitHub()
      const { url: through, state } = yield* way(url, COMMENTS)
      const path = yield* Effect.tap(folder, placeDatabase)
      const given = { folder: path, url: through, token: writer.token, funded: "50000000000", deadline: null }
      yield* killedAt(state, "answered", { ...given, isFirst: true })
      yield* startKillable(SCRIPT, { ...given, isFirst: false } satisfies typeof CommentsProcess.Type)
      yield* lookedOn(state)
      assert.lengthOf(yield* shown(url, GADGETS, 7), 1)
      assert.strictEqual(state.writes, 1)
    })
  )
})

describe("the status on a pull request", () => {
  it.scopedLive("is one a head and change, whichever step of its writing kill -9 ends", () =>
    Effect.gen(function* () {
      const { url, control, writer } = yield* gitHub()
      yield* competing({ control })
      const { url: through, state } = yield* way(url, STATUSES)
      const path = yield* Effect.tap(folder, placeDatabase)
      const given = (isFirst: boolean, deadline: number): typeof CommentsProcess.Type => ({
        folder: path,
        url: through,
        token: writer.token,
        isFirst,
        funded: "50000000000",
        deadline
      })
      const said = Effect.map(statuses(url), (all) => all.map(({ description }) => description.replace(/^.*Deadline /, "")))
      const DEADLINES = ["in block 7,200.", "in block 14,400.", "in block 21,600."]
      for (const [index, step] of (["sent", "taken", "answered"] as const).entries()) {
        const deadline = 7_200 * (index + 1)
        yield* killedAt(state, step, given(index === 0, deadline))
        assert.lengthOf(yield* statuses(url), index + (step === "sent" ? 0 : 1))
        yield* Effect.gen(function* () {
          yield* startKillable(SCRIPT, given(false, deadline))
          const told = DEADLINES.slice(0, index + 1).toReversed()
          yield* eventually(
            told.join(" "),
            Effect.map(said, (all) => (all.length >= told.length ? true : undefined))
          )
          yield* lookedOn(state)
          assert.deepStrictEqual(yield* said, told)
        }).pipe(Effect.scoped)
      }
      assert.strictEqual(state.writes, 4, "one for each change, and one more for the one that was lost")
    })
  )
})
