/**
 * Stores sent registrations of issues, so that one in flight is neither sent again nor omitted from the week's budget, however the process that sent
 * it ended. Registrations themselves are on the chain: a lost file costs at most the fee of a second attempt, which the contract refuses.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { openStoreFile } from "../sqlite/storeFile.ts"
import { fileFailed, type Result, type StoreUnavailable } from "./failure.ts"
import { keptRowsIn } from "./keptRows.ts"

export interface Registration {
  /** `owner/name#42` in lower case. */
  readonly reference: string
  /** Rao. */
  readonly bounty: bigint
  /** The finalised head when it was sent. */
  readonly at: number
}

export class Registrations extends Context.Tag("gittensor/Registrations")<
  Registrations,
  {
    /** The registrations sent after a block that are not settled. */
    readonly sentAfter: (block: number) => Result<ReadonlyArray<Registration>>
    /** Records a registration before it is sent. */
    readonly began: (registration: Registration) => Result<void>
    /** Drops a registration whose outcome is on the chain. */
    readonly settled: (reference: string) => Result<void>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS registrations (
  contract TEXT NOT NULL, reference TEXT NOT NULL, bounty TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (contract, reference)
) STRICT, WITHOUT ROWID`

const Sent = Schema.Struct({ bounty: Schema.BigInt, at: Schema.Int })

export interface RegistrationsOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the contract and its chain. */
  readonly contract: string
}

const make = Effect.fn("Registrations.make")(function* ({ file, contract }: RegistrationsOptions) {
  const store = yield* openStoreFile({ file, tables: TABLES, failed: fileFailed("the journal of registrations") })
  const { of, change } = keptRowsIn(store, {
    table: "registrations",
    group: "contract",
    name: "reference",
    columns: ["bounty", "at"],
    value: Sent,
    what: "registrations"
  })
  return Registrations.of({
    sentAfter: (block) =>
      Effect.map(of(contract), (all) => [...all].flatMap(([reference, sent]) => (sent.at > block ? [{ reference, ...sent }] : []))),
    began: ({ reference, ...sent }) => change(contract, new Map([[reference, sent]])),
    settled: (reference) => change(contract, new Map([[reference, undefined]]))
  })
})

export const layer = (options: RegistrationsOptions): Layer.Layer<Registrations, StoreUnavailable> =>
  Layer.scoped(Registrations, make(options))
