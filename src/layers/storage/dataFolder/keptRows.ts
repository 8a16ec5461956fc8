/** Stores values by name, in groups, in a table of an SQLite file. */
import { Effect, Ref, Schema } from "effect"
import type { StoreFile } from "../sqlite/storeFile.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

export interface KeptRows<A> {
  /** The values of a group, by name, in the names' order. */
  readonly of: (group: string) => Result<ReadonlyMap<string, A>>
  /** Stores changed values, all or none of them; undefined deletes one. */
  readonly change: (group: string, changes: ReadonlyMap<string, A | undefined>) => Result<void>
}

interface KeptRowsOptions<A, Row> {
  readonly table: string
  /** Columns that are the same in all rows of this process, with their values. */
  readonly owner?: Readonly<Record<string, string>>
  /** The columns of a group and of a name. */
  readonly group: string
  readonly name: string
  readonly columns: ReadonlyArray<keyof Row & string>
  readonly value: Schema.Schema<A, Row>
  /** The values, for messages. */
  readonly what: string
}

const decodeName = Schema.decodeUnknownSync(Schema.Struct({ its_name: Schema.String }))

/** The rows of a table that exists. An empty column is a field that is not there. */
export const keptRowsIn = <A, Row extends Readonly<Record<string, string | number | null | undefined>>>(
  { database, attempt }: StoreFile<StoreUnavailable>,
  { table, owner = {}, group, name, columns, value, what }: KeptRowsOptions<A, Row>
): KeptRows<A> => {
  const decode = Schema.decodeUnknownSync(value)
  const encode = Schema.encodeSync(value)
  const shared = [...Object.keys(owner), group]
  const all = [...shared, name, ...columns]
  const where = shared.map((column) => `${column} = $${column}`).join(" AND ")
  const SELECT = `SELECT ${[`${name} AS its_name`, ...columns].join(", ")} FROM ${table} WHERE ${where} ORDER BY ${name}`
  const KEEP = `INSERT OR REPLACE INTO ${table} (${all.join(", ")}) VALUES (${all.map((column) => `$${column}`).join(", ")})`
  const END = `DELETE FROM ${table} WHERE ${where} AND ${name} = $${name}`
  return {
    of: Effect.fn("KeptRows.of")(function* (of: string) {
      return yield* attempt(`read ${what}`, () => {
        const rows = database.query(SELECT).all({ ...owner, [group]: of })
        return new Map(rows.map((row) => [decodeName(row).its_name, decode(row)] as const))
      })
    }),
    change: Effect.fn("KeptRows.change")(function* (of: string, changes: ReadonlyMap<string, A | undefined>) {
      if (changes.size === 0) return
      const row = (one: A) => {
        const encoded = encode(one)
        return Object.fromEntries(columns.map((column) => [column, encoded[column] ?? null]))
      }
      yield* attempt(`keep ${what}`, () =>
        database
          .transaction(() => {
            for (const [one, changed] of changes)
              if (changed === undefined) database.query(END).run({ ...owner, [group]: of, [name]: one })
              else database.query(KEEP).run({ ...owner, [group]: of, [name]: one, ...row(changed) })
          })
          .immediate()
      )
    })
  }
}

/** In memory, on top of the values of `first`. By default on top of none; lost when the process ends. */
export const keptInMemory = <A>(first: KeptRows<A>["of"] = () => Effect.succeed(new Map())): Effect.Effect<KeptRows<A>> =>
  Effect.map(Ref.make<ReadonlyMap<string, ReadonlyMap<string, A>>>(new Map()), (seen) => {
    const of = (group: string) =>
      Effect.flatMap(Ref.get(seen), (own) => Effect.fromNullable(own.get(group))).pipe(Effect.orElse(() => first(group)))
    return {
      of,
      change: (group, changes) =>
        Effect.flatMap(of(group), (before) => {
          const after = [...before, ...changes].flatMap(([name]) => {
            const value = changes.has(name) ? changes.get(name) : before.get(name)
            return value === undefined ? [] : [[name, value] as const]
          })
          return Ref.update(seen, (own) => new Map([...own, [group, new Map(after)]]))
        })
    }
  })
