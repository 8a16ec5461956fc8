/**
 * What an axon answers: synapses, and routes that anybody may ask. Whatever service has something to answer brings its endpoint along as a layer, and the axon
 * serves all that are there when it begins to listen. It knows none of them.
 */
import * as HttpRouter from "@effect/platform/HttpRouter"
import { Chunk, Context, Data, Effect, Layer, Ref } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Body, Synapse } from "./wire/Synapse.ts"

/** An answer with another status than 200. */
export class RequestRefused extends Data.TaggedError("RequestRefused")<{
  readonly status: number
  readonly text: string
  /** For programs: the name of what is wrong. */
  readonly reason?: string
}> {}

/** The fields of an answer with status 200, beside `name`. */
export type AnswerFields = Readonly<Record<string, unknown>>

export interface SynapseHandler<R = never> {
  readonly synapse: Synapse
  /** Which proven senders may call it: every hotkey registered on the subnet, or those of the contract's validators. */
  readonly callers: "registered" | "validators"
  /** The work of a request whose sender and body are proven. */
  readonly handle: (body: Body, sender: AccountAddress) => Effect.Effect<AnswerFields, RequestRefused, R>
}

/** Routes whose services are provided. */
type Routes = HttpRouter.HttpRouter<unknown>

export class AxonEndpoints extends Context.Tag("gittensor/AxonEndpoints")<
  AxonEndpoints,
  {
    /** A second handler of one name is a defect. */
    readonly addSynapse: (handler: SynapseHandler) => Effect.Effect<void>
    /** A second route of one method and path is a defect. */
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

/** No endpoint at first. */
export const layer: Layer.Layer<AxonEndpoints> = Layer.effect(AxonEndpoints, make)

/** Brings a synapse's handler along. */
export const synapse = <R>(handler: SynapseHandler<R>): Layer.Layer<never, never, R | AxonEndpoints> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const [{ addSynapse }, services] = yield* Effect.all([AxonEndpoints, Effect.context<R>()])
      yield* addSynapse({ ...handler, handle: (body, sender) => Effect.provide(handler.handle(body, sender), services) })
    })
  )

/** Brings routes along, for anybody: whoever asks for them proves nothing, so their requests are limited by address. */
export const routes = <E, R>(made: Effect.Effect<Routes, E, R>): Layer.Layer<never, E, R | AxonEndpoints> =>
  Layer.effectDiscard(Effect.flatMap(AxonEndpoints, ({ addRoutes }) => Effect.flatMap(made, addRoutes)))
