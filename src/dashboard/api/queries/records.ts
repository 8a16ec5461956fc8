/** Blocks, calls and events. */
import { EVENT_NAMES, isOfKind } from "../../../story/eventKinds.ts"
import { Block, type BlockQuery, Call, type CallQuery, Event, type EventNames, type EventQuery } from "../definition/records.ts"
import { newestFirst, oldestFirst } from "./cursor.ts"
import { issueOf, minerAt, object, selectOf } from "./expressions.ts"
import { withinBlocks } from "./money.ts"
import { listBy, same, when } from "./read.ts"

const blockColumns = selectOf(Block, "b", {})

const callColumns = selectOf(Call, "c", {})

/** Hotkeys in an event's fields, and those of its competition. */
const HOTKEYS = `unnest(ARRAY[e.fields ->> 'hotkey', e.fields ->> 'validator', e.fields -> 'a' ->> 'hotkey', e.fields -> 'b' ->> 'hotkey',
  e.fields -> 'choice' ->> 'hotkey', c.a_hotkey, c.b_hotkey])`

const names = `(SELECT ${object<EventNames>({
  miners: `(SELECT coalesce(json_agg(x.miner), '[]') FROM (
    SELECT ${minerAt("h.hotkey", "e.block")} AS miner FROM (SELECT DISTINCT hotkey FROM ${HOTKEYS} k(hotkey) WHERE hotkey IS NOT NULL ORDER BY hotkey) h
  ) x WHERE x.miner IS NOT NULL)`,
  issue: issueOf("coalesce((e.fields ->> 'issue')::bigint, (e.fields -> 'what' ->> 'issue')::bigint, c.issue)"),
  competition: `CASE WHEN c.id IS NOT NULL THEN ${object<NonNullable<EventNames["competition"]>>({ id: "c.id", a: "c.a_hotkey", b: "c.b_hotkey" })} END`
})} FROM (SELECT) one LEFT JOIN competitions c ON c.id = (e.fields ->> 'competition')::bigint)`

/** Selects from `events e`. */
export const eventColumns = selectOf(Event, "e", {
  names,
  call: `CASE WHEN e.extrinsic IS NOT NULL THEN coalesce(
    (SELECT ${object<NonNullable<Event["call"]>>({
      extrinsic: "e.extrinsic",
      position: "e.call_position",
      signer: "c.signer",
      message: "CASE WHEN e.call_position IS NOT NULL THEN c.message END"
    })} FROM calls c WHERE c.block = e.block AND c.extrinsic = e.extrinsic AND c.position = coalesce(e.call_position, 0)),
    ${object<NonNullable<Event["call"]>>({ extrinsic: "e.extrinsic", position: "e.call_position", signer: "NULL", message: "NULL" })}) END`
})

export type EventRow = typeof Event.Encoded

const blockOrders = {
  newest: newestFirst("blocks", ["b.number", "integer"]),
  oldest: oldestFirst("blocks oldest", ["b.number", "integer"])
}

export const listBlocks = listBy<typeof Block.Encoded, typeof BlockQuery.Type>((sql, query) => ({
  columns: blockColumns,
  from: "blocks b",
  where: withinBlocks(sql, "b.number", query),
  order: blockOrders[query.sort]
}))

const callOrders = {
  newest: newestFirst("calls", ["c.block", "integer"], ["c.extrinsic", "integer"], ["c.position", "integer"]),
  oldest: oldestFirst("calls oldest", ["c.block", "integer"], ["c.extrinsic", "integer"], ["c.position", "integer"])
}

export const listCalls = listBy<typeof Call.Encoded, typeof CallQuery.Type>((sql, query) => ({
  columns: callColumns,
  from: "calls c",
  where: [
    ...same(sql, "c", query, "message", "signer"),
    ...when(query.success, (success) => sql.literal(success ? "c.success" : "NOT c.success")),
    ...withinBlocks(sql, "c.block", query)
  ],
  order: callOrders[query.sort]
}))

const eventOrders = {
  newest: newestFirst("events", ["e.block", "integer"], ["e.index", "integer"]),
  oldest: oldestFirst("events oldest", ["e.block", "integer"], ["e.index", "integer"])
}

export const listEvents = listBy<typeof Event.Encoded, typeof EventQuery.Type>((sql, query) => ({
  columns: eventColumns,
  from: "events e",
  where: [
    ...when(query.kind, (kinds) => sql`e.name IN ${sql.in(EVENT_NAMES.filter((name) => isOfKind(name, kinds)))}`),
    ...when(query.name, (names) => sql`e.name IN ${sql.in(names)}`),
    ...when(query.issue, (issue) => sql`e.fields ? 'issue' AND e.fields ->> 'issue' = ${issue.toString()}`),
    ...when(query.competition, (competition) => sql`e.fields ? 'competition' AND e.fields ->> 'competition' = ${competition.toString()}`),
    ...withinBlocks(sql, "e.block", query)
  ],
  order: eventOrders[query.sort]
}))
