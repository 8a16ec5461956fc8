/**
 * The registry of an axon's endpoints: synapses, and public routes. Each service registers its endpoints by a layer, and the axon serves all that are
 * registered when it begins to listen.
 */
import * as HttpRouter from "@effect/platform/HttpRouter"
import { Chunk, Context, Data, Effect, Layer, Ref } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Body, Synapse } from "./wire/Synapse.ts"

/** An answer with another status than 200. */
export class RequestRefused extends Data.TaggedError("RequestRefused")<{
  readonly status: number
  readonly text: string
  /** The error's name, for programs. */
  readonly reason?: string
}> {}

/** The fields of an answer with status 200, beside `name`. */
export type AnswerFields = Readonly<Record<string, unknown>>

export interface SynapseHandler<R = never> {
  readonly synapse: Synapse
  /** Which proven senders may call it: every hotkey registered on the subnet, or those of the contract's validators. */
  readonly callers: "registered" | "validators"
  /** Handles a request whose sender and body are proven. */
  readonly handle: (body: Body, sender: AccountAddress) => Effect.Effect<AnswerFields, RequestRefused, R>
}

/** Routes whose services are provided. */
type Routes = HttpRouter.HttpRouter<unknown>

export class AxonEndpoints extends Context.Tag("gittensor/AxonEndpoints")<
  AxonEndpoints,
  {
    /** Dies if the name has a handler. */
    readonly addSynapse: (handler: SynapseHandler) => Effect.Effect<void>
    /** Dies if the method and path have a route. */
    readonly addRoutes: (routes: Routes) => Effect.Effect<void>
    /** Handlers by the names of their synapses. */
    readonly synapses: Effect.Effect<ReadonlyMap<string, SynapseHandler>>
    readonly routes: Effect.Effect<Routes>
  }
>() {}

const namesOf = ({ routes }: Routes): ReadonlyArray<string> => Chunk.toReadonlyArray(routes).map(({ method, path }) => `${method} ${path}`)

const make = Effect.gen(function* () {
  const handlers = yield* Ref.make<ReadonlyMap<string, SynapseHandler>>(new Map())
  const router = yield* Ref.make<Routes>(HttpRouter.empty)
  return AxonEndpoints.of({
    addSynapse: (handler) =>
      Ref.update(handlers, (known) => {
        const { name } = handler.synapse
        if (known.has(name)) throw new Error(`two handlers for ${name}`)
        return new Map([...known, [name, handler]])
      }),
    addRoutes: (routes) =>
      Ref.update(router, (known) => {
        const before = new Set(namesOf(known))
        const twice = namesOf(routes).find((name) => before.has(name))
        if (twice !== undefined) throw new Error(`two routes for ${twice}`)
        return HttpRouter.concat(known, routes)
      }),
    synapses: Ref.get(handlers),
    routes: Ref.get(router)
  })
})

/** An empty registry. */
export const layer: Layer.Layer<AxonEndpoints> = Layer.effect(AxonEndpoints, make)

/** Registers a synapse's handler. */
export const synapse = <R>(handler: SynapseHandler<R>): Layer.Layer<never, never, R | AxonEndpoints> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const [{ addSynapse }, services] = yield* Effect.all([AxonEndpoints, Effect.context<R>()])
      yield* addSynapse({ ...handler, handle: (body, sender) => Effect.provide(handler.handle(body, sender), services) })
    })
  )

/** Registers public routes. Their requests prove no sender, so they are limited by address. */
export const routes = <E, R>(made: Effect.Effect<Routes, E, R>): Layer.Layer<never, E, R | AxonEndpoints> =>
  Layer.effectDiscard(Effect.flatMap(AxonEndpoints, ({ addRoutes }) => Effect.flatMap(made, addRoutes)))
