/** The contract's settings and what all comes to. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { account as byAccount, idIn, paging, query, word } from "./parameters.ts"
import { account, amount, CallRef, count, json, Moment, page, text } from "./values.ts"

export const ConfigChange = Schema.Struct({
  at: Moment,
  event: count("which event of that block"),
  call: Schema.NullOr(CallRef),
  kind: text("the event's name"),
  change: Schema.NullOr(count("the contract's number of an announced change")),
  account: Schema.NullOr(account("the account that it is about or that did it")),
  content: json("the event's fields"),
  config: Schema.NullOr(json("all settings as they are from here on, where the event changes them"))
}).annotations({ identifier: "ConfigChange", description: "A change of the contract's settings, whitelist, owner, code or state" })
export interface ConfigChange extends Schema.Schema.Type<typeof ConfigChange> {}

const Chain = Schema.Struct({
  id: count("always 1"),
  genesisHash: text("the hash of the chain's block 0"),
  contract: account("the contract's address"),
  netuid: count("the subnet's number"),
  firstBlock: count("the first block that was read")
}).annotations({ identifier: "Chain", description: "The chain and the contract that everything here comes from" })

export const Config = Schema.Struct({
  chain: Schema.NullOr(Chain),
  config: Schema.NullOr(json("all settings as they are now; amounts are decimal strings in rao, times are blocks")),
  since: Schema.NullOr(Moment),
  announced: Schema.Array(ConfigChange).annotations({
    description: "announced changes that are neither applied, vetoed nor withdrawn, oldest first"
  }),
  paused: Schema.Boolean.annotations({ description: "whether no new issues and competitions are possible now" }),
  owner: Schema.NullOr(account("the contract's owner now"))
}).annotations({ identifier: "Config", description: "The contract's settings as they are now" })
export interface Config extends Schema.Schema.Type<typeof Config> {}

export const Stats = Schema.Struct({
  head: Schema.NullOr(
    Schema.Struct({ ...Moment.fields, hash: text("the block's hash") }).annotations({
      identifier: "Head",
      description: "The newest indexed block"
    })
  ),
  issues: Schema.Record({ key: Schema.String, value: count("how many") }).annotations({ description: "how many issues have which status" }),
  competitions: Schema.Record({ key: Schema.String, value: count("how many") }).annotations({
    description: "how many competitions have which status"
  }),
  miners: Schema.Struct({
    known: count("hotkeys ever seen"),
    registered: count("hotkeys registered now"),
    linked: count("registered ones that name a GitHub account"),
    rated: count("hotkeys with a rating")
  }).annotations({ identifier: "MinerStats", description: "Miners in figures" }),
  validators: count("validators on the whitelist now"),
  bounties: Schema.Struct({
    offered: amount("bounties of issues that are not over"),
    funded: amount("how much of that is there"),
    paid: amount("bounties paid, ever"),
    payouts: count("how many")
  }).annotations({ identifier: "BountyStats", description: "Bounties in figures" }),
  repositories: count("repositories with an issue"),
  daysToSolve: Schema.NullOr(Schema.Number).annotations({
    description: "days from start to verdict, on average over the latest 1,000 competitions that were won"
  })
}).annotations({ identifier: "Stats", description: "What all comes to" })
export interface Stats extends Schema.Schema.Type<typeof Stats> {}

export const ConfigChangeQuery = query({
  kind: word("only changes of this kind: ConfigChanged"),
  change: idIn("only what is about this announced change"),
  account: byAccount("only what is about this account or was done by it"),
  ...paging
})

export const chain = HttpApiGroup.make("chain")
  .add(
    HttpApiEndpoint.get("config", "/config")
      .addSuccess(Config)
      .annotateContext(OpenApi.annotations({ summary: "The contract's settings as they are now, and announced changes" }))
  )
  .add(
    HttpApiEndpoint.get("configChanges", "/config/changes")
      .setUrlParams(ConfigChangeQuery)
      .addSuccess(page("ConfigChangePage", ConfigChange))
      .annotateContext(OpenApi.annotations({ summary: "Changes of settings, whitelist, owner, code and state, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("stats", "/stats")
      .addSuccess(Stats)
      .annotateContext(OpenApi.annotations({ summary: "What all comes to" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Chain", description: "Settings and figures" }))
