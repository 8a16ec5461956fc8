/** Issues, miners and validators for applying a block. One declaration of the table's columns serves the state in memory, the loaded row and the written row. */
import { ParseResult, Schema, SchemaAST } from "effect"
import { CancelReason } from "../../../domain/Competition.ts"
import { type Column, type Columns, called, type Kind, type NameOfColumn } from "../../../layers/storage/database/schema/table.ts"
import { issueOnChain, minerOnChain, validatorOnChain } from "../../../layers/storage/database/schema/tables.ts"
import type { Row } from "../rows.ts"

/** An address in our own tables. It was validated when it was written; checking the checksum again would dominate the loading time. */
export const StoredAddress = Schema.String.pipe(Schema.pattern(/^[1-9A-HJ-NP-Za-km-z]{46,49}$/), Schema.brand("AccountAddress"))
/** A numeric column as a bigint. */
const Amount = Schema.BigInt

/** The schema of each kind of column that the state has. */
const schemas = {
  text: Schema.String,
  account: StoredAddress,
  flag: Schema.Boolean,
  count: Schema.Int,
  uid: Schema.Int,
  block: Schema.Int,
  rating: Schema.Int,
  rao: Amount
}
type StoredKind = keyof typeof schemas
const isStored = (kind: Kind): kind is StoredKind => Object.hasOwn(schemas, kind)

type StoredValue<C extends Column> = C["isOptional"] extends true
  ? Schema.NullOr<(typeof schemas)[C["kind"] & StoredKind]>
  : (typeof schemas)[C["kind"] & StoredKind]

type StoredFields<C extends Columns> = {
  readonly [Name in keyof C & string as C[Name]["kind"] extends StoredKind ? NameOfColumn<Name> : never]: Schema.PropertySignature<
    ":",
    Schema.Schema.Type<StoredValue<C[Name]>>,
    Name,
    ":",
    Schema.Schema.Encoded<StoredValue<C[Name]>>,
    false,
    never
  >
}

/** A field per column, except JSON columns, which have their own schemas. */
function storedFields<C extends Columns>(columns: C): StoredFields<C>
function storedFields(columns: Columns): Schema.Struct.Fields {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, { kind, isOptional }]) => {
      if (!isStored(kind)) return []
      const schema: Schema.Schema.AnyNoContext = schemas[kind]
      return [[called(name), Schema.propertySignature(isOptional ? Schema.NullOr(schema) : schema).pipe(Schema.fromKey(name))]]
    })
  )
}

/** An issue. Paid or cancelled ones are dropped from the state after their last block. */
export const Issue = Schema.Struct({
  ...storedFields(issueOnChain),
  status: Schema.Literal("Funding", "Open", "Competing", "Solved", "Paid", "Cancelled"),
  reason: Schema.NullOr(CancelReason)
})
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

/** A miner. Ratings are in thousandths of a point. */
export const Miner = Schema.Struct(storedFields(minerOnChain))
export interface Miner extends Schema.Schema.Type<typeof Miner> {}

/** The columns of a miner that only its registration sets. */
export const MinerRegistration = Miner.pick("hotkey", "coldkey", "uid", "registeredAt")
/** The columns of a miner that every change writes. */
export const MinerResults = Miner.omit("coldkey", "uid", "registeredAt", "firstSeenAt")

export const Validator = Schema.Struct({ ...storedFields(validatorOnChain), coldkeys: Schema.Array(StoredAddress) })
export interface Validator extends Schema.Schema.Type<typeof Validator> {}

/** The columns of a schema as a select list. */
export const columnsOf = <A, I>(schema: Schema.Schema<A, I>): string =>
  SchemaAST.getPropertySignatures(Schema.encodedSchema(schema).ast)
    .map(({ name }) => `"${String(name)}"`)
    .join(", ")

/** Encodes a value as its row. Values come from the contract's own types, so a failure is a defect. */
export const toRow = <A, I extends Row>(schema: Schema.Schema<A, I>): ((value: A) => Row) => ParseResult.encodeSync(schema)
