/** Finds the contract edition of a code. */
import { Effect, HashMap, Option, Ref } from "effect"
import { CODE_HASH, EDITION } from "../../../contract-client/generated.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { ChainUnavailable } from "../node/errors.ts"
import type { ReadError } from "./errors.ts"

/** The edition of the code that a contract runs at a block; none if the code does not say. */
export type EditionOf = (codeHash: string, at: BlockReference) => Effect.Effect<Option.Option<number>, ChainUnavailable>

/** Asks the contract for its edition, once for each code. */
export const make = (version: (at: BlockReference) => Effect.Effect<number, ReadError>): Effect.Effect<EditionOf> =>
  Effect.map(Ref.make(HashMap.make([CODE_HASH, EDITION])), (known) => {
    const asked = (codeHash: string, at: BlockReference) =>
      version(at).pipe(
        Effect.tap((edition) => Ref.update(known, HashMap.set(codeHash, edition))),
        Effect.asSome,
        Effect.catchIf(
          (error) => error._tag !== "ChainUnavailable",
          () => Effect.succeedNone
        )
      )
    return (codeHash, at) =>
      Effect.flatMap(Ref.get(known), (all) =>
        Option.match(HashMap.get(all, codeHash), {
          onNone: () => asked(codeHash, at),
          onSome: (edition) => Effect.succeed(Option.some(edition))
        })
      )
  })
