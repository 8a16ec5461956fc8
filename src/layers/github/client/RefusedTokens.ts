/** The tokens that GitHub does not know, by their place in the configuration: shared by all clients of a process, for its log and its health. */
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

/** What is wrong with the token at this place, in words. */
export const refusal = (slot: number): string => `GitHub does not know token ${slot + 1} of GITTENSOR_GITHUB_TOKEN (status 401): replace it`

const make: Effect.Effect<RefusedTokens["Type"]> = Effect.map(Ref.make<ReadonlySet<number>>(new Set()), (refused) =>
  RefusedTokens.of({
    note: (slot, isRefused) =>
      Ref.modify(refused, (all) => {
        if (all.has(slot) === isRefused) return [Effect.void, all]
        return isRefused
          ? [Effect.logError(refusal(slot)), new Set([...all, slot])]
          : [
              Effect.logInfo(`GitHub knows token ${slot + 1} of GITTENSOR_GITHUB_TOKEN again`),
              new Set([...all].filter((one) => one !== slot))
            ]
      }).pipe(Effect.flatten),
    all: Effect.map(Ref.get(refused), (all) => [...all].toSorted((a, b) => a - b))
  })
)

export const layer: Layer.Layer<RefusedTokens> = Layer.effect(RefusedTokens, make)
