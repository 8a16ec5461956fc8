/**
 * The endpoints of an axon. Whatever service answers a synapse brings a handler for it, and the axon serves the handlers it is given: a new endpoint
 * needs no change there.
 */
import { Context, Data, Effect, Layer } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
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

/** Handlers by the names of their synapses. */
export class SynapseHandlers extends Context.Tag("gittensor/SynapseHandlers")<SynapseHandlers, ReadonlyMap<string, SynapseHandler>>() {}

/** Two handlers of one name are a defect. */
export const layer = <R>(handlers: ReadonlyArray<SynapseHandler<R>>): Layer.Layer<SynapseHandlers, never, R> =>
  Layer.effect(
    SynapseHandlers,
    Effect.map(Effect.context<R>(), (services) => {
      const byName = new Map<string, SynapseHandler>()
      for (const { synapse, callers, handle } of handlers) {
        if (byName.has(synapse.name)) throw new Error(`two handlers for ${synapse.name}`)
        byName.set(synapse.name, { synapse, callers, handle: (body, sender) => Effect.provide(handle(body, sender), services) })
      }
      return byName
    })
  )
