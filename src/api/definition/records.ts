/** What the chain said, as it was: blocks, calls, events. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { blockRange, account as byAccount, idIn, paging, query, sort, word, yesOrNo } from "./parameters.ts"
import { account, amount, block, count, flag, json, Moment, page, text, time } from "./values.ts"

export const Block = Schema.Struct({
  number: block("the block's number"),
  hash: text("its hash"),
  time: time("the chain's clock in this block")
}).annotations({ identifier: "Block", description: "An indexed block" })
export interface Block extends Schema.Schema.Type<typeof Block> {}

export const Call = Schema.Struct({
  at: Moment,
  extrinsic: count("which extrinsic of the block"),
  position: count("which of the extrinsic's calls of the contract, from 0: a batch has several"),
  extrinsicHash: text("the extrinsic's hash"),
  signer: Schema.NullOr(account("who signed the extrinsic; null where nobody did")),
  message: Schema.NullOr(text('the contract\'s message, "new" for its creation; null where the bytes name none that is known')),
  arguments: json("the arguments by their names; of an unknown message its bytes"),
  success: flag("whether the call took effect"),
  error: Schema.NullOr(text("why it did not, in the chain's words")),
  fee: amount("what the whole extrinsic cost in TAO; said with its first call")
}).annotations({ identifier: "Call", description: "A call of the contract, the failed ones too" })
export interface Call extends Schema.Schema.Type<typeof Call> {}

const EventCall = Schema.Struct({
  extrinsic: count("which extrinsic of the block"),
  position: Schema.NullOr(count("which of its calls of the contract; null where the chain does not say")),
  signer: Schema.NullOr(account("who signed it")),
  message: Schema.NullOr(text("the contract's message"))
}).annotations({ identifier: "EventCall", description: "The call that caused an event, in the same block" })

export const Event = Schema.Struct({
  at: Moment,
  index: count("which of the block's events"),
  name: text("the event's name"),
  fields: json("its fields by their names; amounts are decimal strings in rao"),
  call: Schema.NullOr(EventCall)
}).annotations({ identifier: "Event", description: "An event of the contract" })
export interface Event extends Schema.Schema.Type<typeof Event> {}

export const BlockQuery = query({ ...blockRange, sort: sort("newest", "oldest"), ...paging })

export const CallQuery = query({
  message: word("only calls of this message, as the contract writes it: register_issue"),
  signer: byAccount("only those that this account signed"),
  success: yesOrNo("only calls that took effect, or only those that did not"),
  ...blockRange,
  sort: sort("newest", "oldest"),
  ...paging
})

export const EventQuery = query({
  name: word("only events of this name: BountyPaid"),
  issue: idIn("only events that name this issue"),
  competition: idIn("only events that name this competition"),
  ...blockRange,
  sort: sort("newest", "oldest"),
  ...paging
})

export const records = HttpApiGroup.make("records")
  .add(
    HttpApiEndpoint.get("blocks", "/blocks")
      .setUrlParams(BlockQuery)
      .addSuccess(page("BlockPage", Block))
      .annotateContext(OpenApi.annotations({ summary: "Indexed blocks; the newest is how far the index has come" }))
  )
  .add(
    HttpApiEndpoint.get("calls", "/calls")
      .setUrlParams(CallQuery)
      .addSuccess(page("CallPage", Call))
      .annotateContext(OpenApi.annotations({ summary: "Calls of the contract, the failed ones too" }))
  )
  .add(
    HttpApiEndpoint.get("events", "/events")
      .setUrlParams(EventQuery)
      .addSuccess(page("EventPage", Event))
      .annotateContext(OpenApi.annotations({ summary: "Events of the contract" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Records", description: "What the chain said, as it was" }))
