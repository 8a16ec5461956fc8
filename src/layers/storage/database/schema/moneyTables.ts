/** The meaning of rows and columns of the tables of money: a part of tables.ts. */
import { account, count, eventOfBlock, json, optional, rao, table, text, theBlock } from "./table.ts"

export const moneyTables = {
  payouts: table("a paid bounty", {
    issue: count("the issue"),
    competition: count("the match that solved it"),
    hotkey: account("the winner"),
    coldkey: account("the account that received the bounty"),
    amount: rao("the amount paid"),
    block: theBlock,
    event: eventOfBlock
  }),

  treasury_flows: table("a movement of the treasury's money", {
    block: theBlock,
    event: eventOfBlock,
    kind: text(
      "harvested from the treasury's neuron, funded into an issue, freed by a cancelled or edited issue, slashed from a competitor's collateral, recycled, paid to a winner, or moved with the treasury"
    ),
    amount: rao("the amount moved"),
    source: text("where it came from: emission, free, issue, collateral, or an account"),
    destination: text("where it went: free, issue, recycled, or an account"),
    issue: optional(count("the issue")),
    cause: text("the event that reports it"),
    details: json("that event's fields")
  }),

  collateral_flows: table("a movement of collateral", {
    block: theBlock,
    event: eventOfBlock,
    kind: text("deposited, withdrawn or slashed"),
    hotkey: account("the miner"),
    coldkey: account("the owner of the collateral"),
    amount: rao("the amount moved"),
    source: text("where it came from"),
    destination: text("where it went"),
    deposited: rao("the collateral deposited after the movement"),
    competition: optional(count("the match that caused a slash")),
    cause: text("the event that reports it")
  })
} as const
