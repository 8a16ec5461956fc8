/** `gittensor index`: copies the chain's events into a database. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config } from "effect"
import {
  contact,
  databaseOptions,
  folder,
  json,
  metricsOptions,
  network,
  optionally,
  publicUrl,
  contract as requiredContract,
  rosterSource,
  time,
  whenRun,
  wholeOption
} from "../shared/options.ts"

const contract = Options.optional(requiredContract)

const follow = Options.boolean("follow").pipe(Options.withDescription("keep running, and index each block once it is final"))

const fromGenesis = Options.boolean("from-genesis").pipe(
  Options.withDescription("empty the index and rebuild it from the contract's creation; everything in it comes from the chain and GitHub")
)

const fromBlock = wholeOption("from-block", "number", 0, 4_294_967_295).pipe(
  optionally("the first block of a new index, at or before the contract's creation (default: the creation, found automatically)")
)

const migrateOnly = Options.boolean("migrate-only").pipe(Options.withDescription("update the database's schema and exit"))

const githubEvery = time(
  "github-every",
  "how often to ask GitHub about running matches; each question counts against the token's limit",
  "1m"
)

const scores = folder("scores").pipe(
  Options.withDescription("the score archive of a validator on this machine, to index contribution scores (default: not indexed)"),
  Options.withFallbackConfig(Config.string("GITTENSOR_SCORES")),
  Options.optional
)

const webhooks = Options.text("webhooks").pipe(
  Options.withPseudoName("file"),
  Options.withDescription("send news to the receivers that this JSON file names (docs/reference/dashboard.md); only with --follow"),
  Options.withFallbackConfig(Config.string("GITTENSOR_WEBHOOKS")),
  Options.optional
)

const webhooksToPrivateHosts = Options.boolean("webhooks-to-private-hosts").pipe(
  Options.withDescription("let webhooks reach addresses that are not public, and receivers without TLS")
)

const githubComments = Options.boolean("github-comments").pipe(
  Options.withDescription(
    "write one comment on each issue, and a status on competitors' pull requests, in the repositories that asked for it, with the token in GITTENSOR_GITHUB_COMMENTS_TOKEN; only with --follow, --public-url and --contact"
  )
)

const suggestions = Options.boolean("suggestions").pipe(
  Options.withDescription(
    "look every 6 hours for open issues of the roster's repositories that could get a bounty; needs --roster and a token of GitHub"
  )
)

export const index = Command.make(
  "index",
  {
    follow,
    fromGenesis,
    fromBlock,
    migrateOnly,
    githubEvery,
    ...metricsOptions("not served; only with --follow"),
    scores,
    roster: rosterSource,
    suggestions,
    webhooks,
    webhooksToPrivateHosts,
    githubComments,
    contact: contact("as comments on GitHub say"),
    publicUrl: publicUrl("for links in webhooks, which have none without it, and in comments and statuses on GitHub"),
    network,
    contract,
    database: databaseOptions,
    json
  },
  whenRun(() => import("./index.ts"))(({ run }) => run)
).pipe(Command.withDescription("copy the contract's and the subnet's history into a database: one pass to the finalised head, or --follow"))
