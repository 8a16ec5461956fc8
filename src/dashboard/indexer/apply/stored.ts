/**
 * The issues, miners and validators that applying a block reads and changes. Each schema names the table's columns, so one line a field serves the state in
 * memory, the row that is loaded and the row that is written.
 */
import { ParseResult, Schema, SchemaAST } from "effect"
import { OutcomeChoice } from "../../../contract-client/generated.ts"
import { CancelReason } from "../../../domain/Competition.ts"
import type { Json } from "../facts.ts"

/** An address in our own tables. It was validated when it was written; validating the checksum again would dominate the loading time. */
export const StoredAddress = Schema.String.pipe(Schema.pattern(/^[1-9A-HJ-NP-Za-km-z]{46,49}$/), Schema.brand("AccountAddress"))
const OptionalInt = Schema.NullOr(Schema.Int)
/** A numeric column as a bigint. */
export const Amount = Schema.BigInt

/** A field whose column has another name. */
const column = <A, I>(name: string, schema: Schema.Schema<A, I>) => Schema.propertySignature(schema).pipe(Schema.fromKey(name))

/** An issue. Those that are paid or cancelled are dropped from the state after the block that ended them. */
export const Issue = Schema.Struct({
  id: Schema.Int,
  repository: Schema.String,
  number: Schema.Int,
  target: Amount,
  funded: Amount,
  status: Schema.Literal("Funding", "Open", "Competing", "Solved", "Paid", "Cancelled"),
  reason: Schema.NullOr(CancelReason),
  queuePosition: column("queue_position", OptionalInt),
  attempts: Schema.Int,
  competition: OptionalInt,
  payableAt: column("payable_at", OptionalInt),
  payTo: column("pay_to", Schema.NullOr(StoredAddress)),
  /** What the quorum decided and has not taken effect. */
  waiting: Schema.NullOr(OutcomeChoice),
  waitingFrom: column("waiting_from", OptionalInt),
  registeredAt: column("registered_at", Schema.Int),
  updatedAt: column("updated_at", Schema.Int)
})
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

/** A miner. Ratings are in thousandths of a point. */
export const Miner = Schema.Struct({
  hotkey: StoredAddress,
  coldkey: Schema.NullOr(StoredAddress),
  uid: OptionalInt,
  registeredAt: column("registered_at", OptionalInt),
  firstSeenAt: column("first_seen_at", Schema.Int),
  enrolledAt: column("enrolled_at", OptionalInt),
  rating: OptionalInt,
  games: column("rated_games", Schema.Int),
  provisional: Schema.Boolean,
  eligible: Schema.Boolean,
  ratedAt: column("rated_at", OptionalInt),
  won: Schema.Int,
  lost: Schema.Int,
  expired: Schema.Int,
  earned: Amount
})
export interface Miner extends Schema.Schema.Type<typeof Miner> {}

/** The columns of a miner that its registration sets, and only that. */
export const MinerRegistration = Miner.pick("hotkey", "coldkey", "uid", "registeredAt")
/** The columns of a miner that every change writes. */
export const MinerResults = Miner.omit("coldkey", "uid", "registeredAt", "firstSeenAt")

export const Validator = Schema.Struct({
  hotkey: StoredAddress,
  coldkeys: Schema.Array(StoredAddress),
  addedAt: column("added_at", Schema.Int),
  removedAt: column("removed_at", OptionalInt)
})
export interface Validator extends Schema.Schema.Type<typeof Validator> {}

/** A row by its columns. */
export type Row = { readonly [column: string]: Json }

/** The columns of a schema as a select list. */
export const columnsOf = <A, I>(schema: Schema.Schema<A, I>): string =>
  SchemaAST.getPropertySignatures(Schema.encodedSchema(schema).ast)
    .map(({ name }) => `"${String(name)}"`)
    .join(", ")

/** Turns a value into its row. Values come from the contract's own types, so one that does not fit is a defect. */
export const toRow = <A, I extends Row>(schema: Schema.Schema<A, I>): ((value: A) => Row) => ParseResult.encodeSync(schema)
