/** The contract's settings, and statistics. */
import { Schema } from "effect"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { get, group } from "./endpoint.ts"
import { behind, fieldsOf } from "./fields.ts"
import { account as byAccount, idIn, paging, query, word } from "./parameters.ts"
import { account, amount, block, CallRef, capitalised, count, gitHubTrouble, json, Moment, moment, page, text, time } from "./values.ts"

const { id, genesisHash, contract, netuid, firstBlock } = fieldsOf(tables.chain.columns)

export const ConfigChange = Schema.Struct(
  behind("event", { call: Schema.NullOr(CallRef) }, fieldsOf(tables.config_changes.columns))
).annotations({ identifier: "ConfigChange", description: capitalised(tables.config_changes.row) })
export interface ConfigChange extends Schema.Schema.Type<typeof ConfigChange> {}

export const Chain = Schema.Struct({ id, genesisHash, contract, netuid, firstBlock }).annotations({
  identifier: "Chain",
  description: "The indexed chain and contract"
})

const AlphaPrice = Schema.Struct({
  tao: amount("what one alpha is worth in TAO, as the chain says"),
  at: Moment
}).annotations({
  identifier: "AlphaPrice",
  description: "What alpha is worth, for orientation: it is no price at which anybody trades, and decides nothing"
})

const Ended = Schema.Struct({
  at: Moment,
  tao: amount("the TAO that there was for what the contract had booked"),
  booked: amount("what the contract had booked, in alpha"),
  claims: amount("the alpha of it that miners can claim: collateral, and bounties that are won"),
  paid: amount("the TAO that claims have got"),
  restTo: Schema.NullOr(account("the account that gets what no one can claim"))
}).annotations({ identifier: "Ended", description: "The subnet has ended, and what is owed is claimed in TAO" })

export const Config = Schema.Struct({
  chain: Schema.NullOr(Chain),
  alphaPrice: Schema.NullOr(AlphaPrice),
  config: Schema.NullOr(json("all current settings; amounts are decimal strings in rao, times are in blocks")),
  since: Schema.NullOr(Moment),
  announced: Schema.Array(ConfigChange).annotations({
    description: "announced changes that can still be applied, oldest first"
  }),
  electorate: Schema.Struct({
    total: amount(
      "what shares of the validators' weight are measured against: the greater of the sums recorded in the last two whole days"
    ),
    turnedAt: Schema.NullOr(moment("the block in which the last whole day ended; null before the first"))
  }).annotations({ identifier: "Electorate", description: "What all validators weigh" }),
  paused: Schema.Boolean.annotations({ description: "whether the contract is paused: no new issues and matches" }),
  ended: Schema.NullOr(Ended),
  owner: Schema.NullOr(account("the contract's current owner")),
  contact: Schema.NullOr(
    text("where people reach the operator of this server: an e-mail address, or one that begins with https://; null if they have not said")
  )
}).annotations({ identifier: "Config", description: "The contract's current settings" })
export interface Config extends Schema.Schema.Type<typeof Config> {}

export const Stats = Schema.Struct({
  head: Schema.NullOr(
    Schema.Struct({ ...Moment.fields, hash: text(tables.blocks.columns.hash.meaning) }).annotations({
      identifier: "Head",
      description: "The newest indexed block"
    })
  ),
  issues: Schema.Record({ key: Schema.String, value: count("the number of issues") }).annotations({
    description: "the number of issues by status"
  }),
  competitions: Schema.Record({ key: Schema.String, value: count("the number of matches") }).annotations({
    description: "the number of matches by status"
  }),
  miners: Schema.Struct({
    known: count("hotkeys ever seen"),
    registered: count("hotkeys currently registered"),
    linked: count("registered hotkeys with a GitHub account"),
    enrolled: count("hotkeys that ever enrolled or competed"),
    rated: count("hotkeys with a rated match in the 60 days before their last rating")
  }).annotations({ identifier: "MinerStats", description: "The number of miners" }),
  validators: count("validators currently on the whitelist"),
  bounties: Schema.Struct({
    offered: amount("the bounties of all issues that are neither paid nor cancelled"),
    funded: amount("the funded part of these bounties"),
    paid: amount("all bounties paid so far"),
    payouts: count("the number of paid bounties")
  }).annotations({ identifier: "BountyStats", description: "Bounty totals" }),
  repositories: count("repositories with a registered issue"),
  languages: Schema.Array(
    Schema.Struct({ name: text("the language, as GitHub names it"), issues: count("the issues of repositories with it") })
  ).annotations({ description: "the main languages of the issues' repositories, those with the most issues first; at most 100" }),
  github: gitHubTrouble,
  nextDraw: Schema.NullOr(
    Schema.Struct({
      block: block("the first block of the next round in which votes on pairs count, as pairs are drawn then"),
      expected: Schema.NullOr(time("when that is expected: an estimate by the pace of blocks; null while it is not known"))
    }).annotations({ identifier: "NextDraw" })
  ).annotations({ description: "when pairs are drawn next; null without settings or a block" }),
  daysToSolve: Schema.NullOr(Schema.Number).annotations({
    description: "average days from start to verdict over the latest 1,000 won matches"
  })
}).annotations({ identifier: "Stats", description: "Totals of issues, matches, miners and bounties" })
export interface Stats extends Schema.Schema.Type<typeof Stats> {}

export const ConfigChangeQuery = query({
  kind: word("only changes of this kind, for example ConfigChanged"),
  change: idIn("only events of this announced change"),
  account: byAccount("only changes that concern this account or that it made"),
  ...paging
})

export const chain = group("chain", "Chain", "Settings and statistics")
  .add(get("config", "/config", "The contract's current settings, and announced changes").addSuccess(Config))
  .add(
    get("configChanges", "/config/changes", "Changes of the settings, whitelist, owner, code and state, newest first")
      .setUrlParams(ConfigChangeQuery)
      .addSuccess(page("ConfigChangePage", ConfigChange))
  )
  .add(get("stats", "/stats", "Totals of issues, matches, miners and bounties").addSuccess(Stats))
