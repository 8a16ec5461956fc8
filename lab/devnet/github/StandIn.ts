/**
 * A stand-in for GitHub: an HTTP server with the REST and GraphQL operations that the program uses. Its content comes from facts and from control
 * requests. It implements GitHub's rate limits, ETags, pages, redirects and refusals, and fails on request. Simulators on npm lack features that
 * verdicts depend on: issue timelines with closers, their GraphQL form, and faults.
 */
import { HttpApiBuilder, HttpApp, HttpServer } from "@effect/platform"
import { Effect, Layer, Ref, Schema } from "effect"
import { messageOf } from "../../../src/domain/messageOf.ts"
import { type Control, ControlApi, makeControl } from "./control/ControlApi.ts"
import * as controlHandlers from "./control/handlers.ts"
import { type ClockSetting, make as makeEngine } from "./Engine.ts"
import type { PullRequestFact } from "./facts/GitHubFacts.ts"
import { fromFacts, type HeldBack } from "./facts/history.ts"
import { handle } from "./server/answer.ts"
import * as Limits from "./server/rateLimits.ts"
import { type Answer, resume } from "./server/requestLog.ts"
import type { Content, State } from "./state/State.ts"

/** The stand-in could not start to listen. */
export class StandInError extends Schema.TaggedError<StandInError>()("StandInError", { port: Schema.Number, reason: Schema.String }) {
  override get message() {
    return `the GitHub stand-in cannot listen on port ${this.port}: ${this.reason}`
  }
}

export interface StandInOptions {
  /** 0 picks a free port. The server listens on 127.0.0.1 only. */
  readonly port: number
  readonly facts: ReadonlyArray<PullRequestFact>
  /** The facts' pull requests to hold back. Defaults to none. */
  readonly heldBack?: HeldBack
  /** Each repository's files in its first commit, by path. Without it, git cannot fetch the facts' repositories. */
  readonly files?: (repository: string) => Readonly<Record<string, Content>>
  /** The initial state, instead of the facts'. */
  readonly state?: State
  /** Defaults to the machine's clock. */
  readonly clock?: ClockSetting
  /** Defaults to GitHub's own limits. */
  readonly limits?: Partial<Limits.RateLimitSettings>
  /** A file that records changes, so that a later start with the same facts continues from there. */
  readonly historyFile?: string
}

export interface StandIn {
  /** The value for GITTENSOR_GITHUB_URL, like http://127.0.0.1:4001. */
  readonly url: string
  readonly control: Control
}

/**
 * Runs a stand-in until the scope ends, then drops its connections. A request of the program for which it had no route is a defect then. Fails with
 * StandInError when the port is not available, and with UnusableHistory when the recorded changes do not fit the facts.
 */
export const start = Effect.fn("GitHubStandIn.start")(function* (options: StandInOptions) {
  // The handler needs the server's address, which is known only after the server listens.
  let answer = (_: Request): Promise<Response> => Promise.resolve(new Response(null, { status: 503 }))
  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () => Bun.serve({ hostname: "127.0.0.1", port: options.port, idleTimeout: 0, fetch: (request) => answer(request) }),
      catch: (cause) => new StandInError({ port: options.port, reason: messageOf(cause) })
    }),
    (server) => Effect.promise(() => server.stop(true))
  )
  const url = `http://127.0.0.1:${server.port}`
  const clock: ClockSetting = options.clock ?? { _tag: "Real", offset: 0 }
  const engine = yield* makeEngine({
    base: url,
    state: options.state ?? fromFacts(options.facts, options.heldBack ?? "none", options.files),
    clock,
    limits: { ...Limits.GITHUB_LIMITS, ...options.limits }
  })
  yield* Effect.addFinalizer(() =>
    Effect.flatMap(Ref.get(engine.unserved), ([first]) =>
      first === undefined
        ? Effect.void
        : Effect.dieMessage(`the simulated GitHub has no route for ${first}: add it in lab/devnet/github/rest`)
    )
  )
  const api = HttpApiBuilder.api(ControlApi).pipe(Layer.provide(controlHandlers.layer(engine)))
  const control = yield* Effect.acquireRelease(
    Effect.sync(() => HttpApiBuilder.toWebHandler(Layer.mergeAll(api, HttpServer.layerContext))),
    ({ dispose }) => Effect.promise(dispose)
  )
  const github = HttpApp.toWebHandlerRuntime(yield* Effect.runtime<never>())(handle(engine))
  const direct: Answer = (request) => (new URL(request.url).pathname.startsWith("/_control/") ? control.handler(request) : github(request))
  answer =
    options.historyFile === undefined
      ? direct
      : yield* resume({
          file: options.historyFile,
          base: url,
          answer: direct,
          now: engine.now,
          setTime: (at) => engine.setClock({ _tag: "Fixed", at })
        }).pipe(Effect.ensuring(engine.setClock(clock)))
  return { url, control: yield* makeControl(url) } satisfies StandIn
})
