/** Raw records of the chain: blocks, calls and events. */
import { Schema } from "effect"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { EVENT_KINDS } from "../../../story/eventKinds.ts"
import { TIME_SORTS } from "./choices.ts"
import { get, group } from "./endpoint.ts"
import { fieldsOf } from "./fields.ts"
import { anyOf, blockRange, account as byAccount, idIn, paging, query, sort, word, words, yesOrNo } from "./parameters.ts"
import { account, capitalised, count, IssueRef, MinerRef, page, text } from "./values.ts"

const { columns: call } = tables.calls
const { columns: event } = tables.events
const { columns: competition } = tables.competitions

export const Block = Schema.Struct(fieldsOf(tables.blocks.columns)).annotations({ identifier: "Block", description: "An indexed block" })
export interface Block extends Schema.Schema.Type<typeof Block> {}

export const Call = Schema.Struct(fieldsOf(call)).annotations({ identifier: "Call", description: capitalised(tables.calls.row) })
export interface Call extends Schema.Schema.Type<typeof Call> {}

const EventCall = Schema.Struct({
  extrinsic: count(event.extrinsic.meaning),
  position: Schema.NullOr(count(event.call_position.meaning)),
  signer: Schema.NullOr(account(call.signer.meaning)),
  message: Schema.NullOr(text(call.message.meaning))
}).annotations({ identifier: "EventCall", description: "The call, in the same block, that emitted an event" })

const EventCompetition = Schema.Struct({
  id: count(competition.id.meaning),
  a: account(competition.a_hotkey.meaning),
  b: account(competition.b_hotkey.meaning)
}).annotations({ identifier: "EventCompetition", description: "The match that an event names" })

const EventNames = Schema.Struct({
  miners: Schema.Array(MinerRef).annotations({ description: "the known hotkeys that it names, and those of its match" }),
  issue: Schema.NullOr(IssueRef),
  competition: Schema.NullOr(EventCompetition)
}).annotations({ identifier: "EventNames", description: "What an event names by id or key, for a sentence about it" })
export interface EventNames extends Schema.Schema.Type<typeof EventNames> {}

const { extrinsic: _, callPosition: __, ...eventFields } = fieldsOf(event)

export const Event = Schema.Struct({
  ...eventFields,
  names: EventNames,
  call: Schema.NullOr(EventCall)
}).annotations({ identifier: "Event", description: capitalised(tables.events.row) })
export interface Event extends Schema.Schema.Type<typeof Event> {}

export const BlockQuery = query({ ...blockRange, sort: sort(...TIME_SORTS), ...paging })

export const CallQuery = query({
  message: word("only calls of this message of the contract, for example register_issue"),
  signer: byAccount("only calls signed by this account"),
  success: yesOrNo("true: only successful calls; false: only failed calls"),
  ...blockRange,
  sort: sort(...TIME_SORTS),
  ...paging
})

export const EventQuery = query({
  kind: anyOf("only events of these kinds: match, for example, is a match's start, end and payment", ...EVENT_KINDS),
  name: words("only events of these names, for example BountyPaid"),
  issue: idIn("only events that name this issue"),
  competition: idIn("only events that name this match"),
  ...blockRange,
  sort: sort(...TIME_SORTS),
  ...paging
})

export const records = group("records", "Records", "Raw records of the chain")
  .add(get("blocks", "/blocks", "Indexed blocks").setUrlParams(BlockQuery).addSuccess(page("BlockPage", Block)))
  .add(get("calls", "/calls", "Calls of the contract, successful or not").setUrlParams(CallQuery).addSuccess(page("CallPage", Call)))
  .add(get("events", "/events", "Events of the contract").setUrlParams(EventQuery).addSuccess(page("EventPage", Event)))
