/**
 * SQL expressions for fields that many answers share. Rows are selected in the API's shape. A field that shows a column gets its expression from the column;
 * any other field without an expression is a type error.
 */
import { Record as Records, type Schema } from "effect"
import { accountAt, accountInMatch } from "../../../layers/storage/database/schema/expressions.ts"
import { doesShow, type Shows, shows } from "../definition/fields.ts"

/** A select list from the expressions of an answer's fields. */
export const select = <A extends object>(expressions: { readonly [Field in keyof A]: string }): string =>
  Object.entries<string>(expressions)
    .map(([field, expression]) => `${expression} AS "${field}"`)
    .join(", ")

/** A JSON object from the expressions of its fields. */
export const object = <A extends object>(expressions: { readonly [Field in keyof A]: string }): string =>
  `json_build_object(${Object.entries<string>(expressions)
    .map(([field, expression]) => `'${field}', ${expression}`)
    .join(", ")})`

/** Null if the first expression is null, else the second. */
export const unlessNull = (expression: string, otherwise: string): string => `CASE WHEN ${expression} IS NOT NULL THEN ${otherwise} END`

/** A block with its time; the block is never null. */
export const momentOf = (block: string): string =>
  `json_build_object('block', ${block}, 'time', (SELECT time FROM blocks WHERE number = ${block}))`

/** A block with its time; the block may be null. */
export const moment = (block: string): string => unlessNull(block, momentOf(block))

/** Rao as text, because u64 exceeds the range of JSON numbers. */
export const rao = (expression: string): string => `(${expression})::text`

/** Converts thousandths of a point to points. A float division gives the float nearest to the quotient, as a numeric division would, and is faster. */
export const points = (milliPoints: string): string => `(${milliPoints} / 1000::float8)`
/** Converts parts per million to a fraction. */
export const shareOf = (ppm: string): string => `(${ppm} / 1000000::float8)`

const hex = (bitmap: string): string => `encode(${bitmap}, 'hex')`

/** Whether a miner has a rated game. All registered hotkeys have a rating, because any of them may enrol. */
export const isRated = (miner: string): string => `${miner}.rating IS NOT NULL AND ${miner}.rated_games > 0`

/** A timestamp in JSON's form. */
export const timeOf = (expression: string): string => `to_json(${expression})`

/** A column of the GitHub account of miner `m`, null unless the gist proves the account, and unless it is `account`, if given: after another link, nobody else is named. */
const proven = (column: string, account?: string): string =>
  `CASE WHEN m.github_proven${account === undefined ? "" : ` AND m.github_account = ${account}`} THEN m.${column} END`

/** A miner, named only if its account is `account`, if given. `hotkey`: of another row than `m`. */
export const minerOf = (hotkey: string, account?: string): string =>
  `(SELECT json_build_object('hotkey', m.hotkey, 'uid', m.uid, 'login', ${proven("github_login", account)}, 'avatar', ${proven("github_avatar", account)})
    FROM miners m WHERE m.hotkey = ${hotkey})`

/** A column of a hotkey's GitHub account, in the same way. */
const ofAccount = (column: "github_login" | "github_avatar", hotkey: string, account?: string): string =>
  `(SELECT ${proven(column, account)} FROM miners m WHERE m.hotkey = ${hotkey})`

export const loginOf = (hotkey: string, account?: string): string => ofAccount("github_login", hotkey, account)

/** A column of a hotkey's account, if it is the one that the hotkey had in match `c`. */
export const inMatch = (hotkey: string, column: "github_login" | "github_avatar"): string =>
  ofAccount(column, hotkey, accountInMatch("c", hotkey))

/** A competitor of match `c`. */
export const competitorOf = (hotkey: string): string => minerOf(hotkey, accountInMatch("c", hotkey))

/** A miner, or its login, by the account to which it was committed at a block. */
export const minerAt = (hotkey: string, block: string): string => minerOf(hotkey, accountAt(hotkey, block))
export const loginAt = (hotkey: string, block: string): string => loginOf(hotkey, accountAt(hotkey, block))

export const issueOf = (id: string): string =>
  `(SELECT json_build_object('id', r.id, 'repository', r.repository, 'number', r.number, 'title', r.title) FROM issues r WHERE r.id = ${id})`

/** The call that emitted a row's event. */
export const callOf = (block: string, event: string): string =>
  `(SELECT json_build_object('extrinsic', e.extrinsic, 'position', e.call_position) FROM events e
    WHERE e.block = ${block} AND e.index = ${event} AND e.extrinsic IS NOT NULL)`

/** The rows of a query as a JSON array, in the query's order. */
export const arrayOf = (query: string): string => `(SELECT coalesce(json_agg(rows), '[]') FROM (${query}) rows)`

/** The row of a query as a JSON object, or null. */
export const rowOf = (query: string): string => `(SELECT to_json(rows) FROM (${query}) rows)`

const byKind: { readonly [Kind in Shows[typeof shows]["kind"]]?: (column: string) => string } = {
  rao,
  rating: points,
  share: shareOf,
  uids: hex,
  time: timeOf,
  number: (column) => `${column}::float8`,
  day: (column) => `${column}::text`
}

const expressionOf = (row: string, { name, kind, isOptional }: Shows[typeof shows]): string => {
  const column = `${row}.${name}`
  if (kind === "block") return isOptional ? moment(column) : momentOf(column)
  return byKind[kind]?.(column) ?? column
}

type OtherColumns<F extends Schema.Struct.Fields> = { readonly [Name in keyof F as F[Name] extends Shows ? never : Name]: string }

/** The expressions of an answer's fields: a field that shows a column gets that column of the row; the others are given. */
function expressionsOf<F extends Schema.Struct.Fields>(
  answer: { readonly fields: F },
  row: string,
  others: OtherColumns<F>
): { readonly [Name in keyof F]: string }
function expressionsOf(
  { fields }: { readonly fields: Schema.Struct.Fields },
  row: string,
  others: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  return Records.map(fields, (field, name) => (doesShow(field) ? expressionOf(row, field[shows]) : (others[name] ?? "")))
}

interface Answer<F extends Schema.Struct.Fields> {
  readonly fields: F
}

/** An answer's select list, given the alias of the row whose columns it shows, and the other fields' expressions. */
export const selectOf = <F extends Schema.Struct.Fields>(answer: Answer<F>, row: string, others: OtherColumns<F>): string =>
  select(expressionsOf(answer, row, others))

/** The same as a JSON object. */
export const objectOf = <F extends Schema.Struct.Fields>(answer: Answer<F>, row: string, others: OtherColumns<F>): string =>
  object(expressionsOf(answer, row, others))
