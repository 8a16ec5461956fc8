/**
 * What is selected has the shape that the API says already: its own schemas read the rows, and a field without an expression is a type error. Here is the
 * SQL of the fields that many answers share.
 */

/** A select list: the fields of an answer by the expressions that make them. */
export const select = <A extends object>(expressions: { readonly [Field in keyof A]: string }): string =>
  Object.entries<string>(expressions)
    .map(([field, expression]) => `${expression} AS "${field}"`)
    .join(", ")

/** An object by the expressions of its fields. */
export const object = <A extends object>(expressions: { readonly [Field in keyof A]: string }): string =>
  `json_build_object(${Object.entries<string>(expressions)
    .map(([field, expression]) => `'${field}', ${expression}`)
    .join(", ")})`

/** Null where the first is null, else the second. */
export const unlessNull = (expression: string, otherwise: string): string => `CASE WHEN ${expression} IS NOT NULL THEN ${otherwise} END`

/** A block, which is never null, with its time. */
export const momentOf = (block: string): string =>
  `json_build_object('block', ${block}, 'time', (SELECT time FROM blocks WHERE number = ${block}))`

/** A block that may be null. */
export const moment = (block: string): string => unlessNull(block, momentOf(block))

/** Rao, which JSON's numbers can't hold. */
export const rao = (expression: string): string => `(${expression})::text`

/** Thousandths of a point as points; parts per million as a share. */
export const points = (milliPoints: string): string => `(${milliPoints} / 1000.0)::float8`
export const shareOf = (ppm: string): string => `(${ppm} / 1000000.0)::float8`

export const hex = (bitmap: string): string => `encode(${bitmap}, 'hex')`

/** Times as JSON writes them. */
export const timeOf = (expression: string): string => `to_json(${expression})`

/** A GitHub account is a miner's only where its gist proves it. */
export const proven = (column: string): string => `CASE WHEN m.github_proven THEN m.${column} END`

export const minerOf = (hotkey: string): string =>
  `(SELECT json_build_object('hotkey', m.hotkey, 'uid', m.uid, 'login', ${proven("github_login")}, 'avatar', ${proven("github_avatar")})
    FROM miners m WHERE m.hotkey = ${hotkey})`

/** What a hotkey is called, where that is proven. */
export const loginOf = (hotkey: string): string => `(SELECT ${proven("github_login")} FROM miners m WHERE m.hotkey = ${hotkey})`

export const issueOf = (id: string): string =>
  `(SELECT json_build_object('id', r.id, 'repository', r.repository, 'number', r.number, 'title', r.title) FROM issues r WHERE r.id = ${id})`

/** The call that caused the event of a row. */
export const callOf = (block: string, event: string): string =>
  `(SELECT json_build_object('extrinsic', e.extrinsic, 'position', e.call_position) FROM events e
    WHERE e.block = ${block} AND e.index = ${event} AND e.extrinsic IS NOT NULL)`

/** The rows of a query as an array of objects; in the order of the query. */
export const arrayOf = (query: string): string => `(SELECT coalesce(json_agg(rows), '[]') FROM (${query}) rows)`

/** The row of a query, or null. */
export const rowOf = (query: string): string => `(SELECT to_json(rows) FROM (${query}) rows)`
