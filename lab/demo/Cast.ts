/** The names of the demo's accounts in its story. */
import { Context, Effect, Layer, Ref } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"

export class Cast extends Context.Tag("gittensor/demo/Cast")<
  Cast,
  {
    readonly introduce: (hotkey: AccountAddress, name: string) => Effect.Effect<void>
    /** The names so far, by hotkey. */
    readonly names: Effect.Effect<ReadonlyMap<AccountAddress, string>>
  }
>() {}

export const layer = Layer.effect(
  Cast,
  Effect.map(Ref.make<ReadonlyMap<AccountAddress, string>>(new Map()), (names) =>
    Cast.of({ introduce: (hotkey, name) => Ref.update(names, (before) => new Map(before).set(hotkey, name)), names: Ref.get(names) })
  )
)
