/** The tokens that GitHub does not know, by their place in the configuration: shared by all clients of a process, for its health. */
import { Context, Effect, Layer, Ref } from "effect"

export class RefusedTokens extends Context.Tag("gittensor/RefusedTokens")<
  RefusedTokens,
  {
    /** GitHub answered a request with this token: 401, or not. */
    readonly note: (slot: number, isRefused: boolean) => Effect.Effect<void>
    /** The places of the tokens whose last answer was 401, in order. */
    readonly all: Effect.Effect<ReadonlyArray<number>>
  }
>() {}

const make: Effect.Effect<RefusedTokens["Type"]> = Effect.map(Ref.make<ReadonlySet<number>>(new Set()), (refused) =>
  RefusedTokens.of({
    note: (slot, isRefused) =>
      Ref.update(refused, (all) =>
        all.has(slot) === isRefused ? all : new Set(isRefused ? [...all, slot] : [...all].filter((one) => one !== slot))
      ),
    all: Effect.map(Ref.get(refused), (all) => [...all].toSorted((a, b) => a - b))
  })
)

export const layer: Layer.Layer<RefusedTokens> = Layer.effect(RefusedTokens, make)
