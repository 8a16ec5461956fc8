/** The handlers of the API's endpoints, each of which runs a query. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import { Effect, Layer } from "effect"
import { Api } from "../definition/Api.ts"
import { listActivity } from "../queries/activity.ts"
import * as Chain from "../queries/chain.ts"
import * as Competitions from "../queries/competitions.ts"
import * as Consensus from "../queries/consensus.ts"
import * as Issues from "../queries/issues.ts"
import * as Miners from "../queries/miners.ts"
import * as Money from "../queries/money.ts"
import * as Quality from "../queries/quality.ts"
import * as Records from "../queries/records.ts"
import { listRepositories } from "../queries/repositories.ts"
import * as Validators from "../queries/validators.ts"
import { answer, artefactFound, document, found, sharedQuery } from "./answer.ts"

const issues = HttpApiBuilder.group(Api, "issues", (handlers) =>
  handlers
    .handle("issues", ({ urlParams }) => answer(Issues.listIssues(urlParams)))
    .handle("issue", ({ path: { id } }) => found(Issues.findIssue(id), `issue ${id}`))
    .handle("votes", ({ urlParams }) => answer(Issues.listVotes(urlParams)))
    .handle("attestations", ({ urlParams }) => answer(Issues.listAttestations(urlParams)))
    .handle("suggestions", ({ urlParams }) => answer(Issues.listSuggestions(urlParams)))
    .handle("pullRequests", ({ urlParams }) => answer(Issues.listPullRequests(urlParams)))
)

const repositories = HttpApiBuilder.group(Api, "repositories", (handlers) =>
  handlers.handle("repositories", ({ urlParams }) => answer(listRepositories(urlParams)))
)

const competitions = HttpApiBuilder.group(Api, "competitions", (handlers) =>
  handlers
    .handle("competitions", ({ urlParams }) => answer(Competitions.listCompetitions(urlParams)))
    .handle("competition", ({ path: { id } }) => found(Competitions.findCompetition(id), `match ${id}`))
    .handle("plays", ({ path: { id }, urlParams }) => found(Competitions.listPlays(id, urlParams), `match ${id}`))
    .handle("competitionQuality", ({ path: { id } }) => found(Quality.findQuality(id), `match ${id}`))
    .handle("qualityDocument", ({ path: { id, hotkey } }) =>
      document(Quality.findDocument(id, hotkey), `findings of ${hotkey} about match ${id}`)
    )
    .handle("artefact", ({ path: { digest } }) => artefactFound(Quality.findArtefact(digest), `artefact ${digest}`))
    .handle("headToHead", ({ urlParams }) => found(Competitions.headToHead(urlParams), `miner ${urlParams.a} or ${urlParams.b}`))
    .handle("ratings", ({ urlParams }) => answer(Competitions.listRatings(urlParams)))
)

const miners = HttpApiBuilder.group(Api, "miners", (handlers) =>
  handlers
    .handle("miners", ({ urlParams }) => answer(Miners.listMiners(urlParams)))
    .handle("miner", ({ path: { hotkey } }) => found(Miners.findMiner(hotkey), `miner ${hotkey}`))
    .handle("activity", ({ path: { hotkey }, urlParams }) => found(listActivity(hotkey, urlParams), `miner ${hotkey}`))
    .handle("leaderboard", ({ urlParams }) => answer(Miners.leaderboard(urlParams)))
    .handle("registrations", ({ urlParams }) => answer(Miners.listRegistrations(urlParams)))
    .handle("scores", ({ urlParams }) => answer(Miners.listScores(urlParams)))
)

const money = HttpApiBuilder.group(Api, "money", (handlers) =>
  Effect.map(sharedQuery(answer(Money.treasury)), (treasury) =>
    handlers
      .handle("treasury", () => treasury)
      .handle("treasuryFlows", ({ urlParams }) => answer(Money.listTreasuryFlows(urlParams)))
      .handle("collateral", ({ urlParams }) => answer(Money.listCollateral(urlParams)))
      .handle("payouts", ({ urlParams }) => answer(Money.listPayouts(urlParams)))
  )
)

const validators = HttpApiBuilder.group(Api, "validators", (handlers) =>
  handlers
    .handle("validators", ({ urlParams }) => answer(Validators.listValidators(urlParams)))
    .handle("validator", ({ path: { hotkey } }) => found(Validators.findValidator(hotkey), `validator ${hotkey}`))
    .handle("weights", ({ urlParams }) => answer(Validators.listWeights(urlParams)))
    .handle("reports", ({ urlParams }) => answer(Validators.listReports(urlParams)))
)

const consensus = HttpApiBuilder.group(Api, "consensus", (handlers) =>
  handlers
    .handle("consensusEpochs", ({ urlParams }) => answer(Consensus.listEpochs(urlParams)))
    .handle("consensusEpoch", ({ path: { epoch } }) => found(Consensus.findEpoch(epoch), `audit of epoch ${epoch}`))
    .handle("consensusFacts", ({ path: { epoch } }) => found(Consensus.findFacts(epoch), `audit of epoch ${epoch}`))
    .handle("consensusReport", ({ path: { epoch, hotkey } }) =>
      document(Consensus.findReport(epoch, hotkey), `report of ${hotkey} that counts in epoch ${epoch}`)
    )
    .handle("divergence", ({ urlParams }) => answer(Consensus.listDivergence(urlParams)))
    .handle("evidence", ({ urlParams }) => answer(Consensus.listEvidence(urlParams)))
)

const records = HttpApiBuilder.group(Api, "records", (handlers) =>
  handlers
    .handle("blocks", ({ urlParams }) => answer(Records.listBlocks(urlParams)))
    .handle("calls", ({ urlParams }) => answer(Records.listCalls(urlParams)))
    .handle("events", ({ urlParams }) => answer(Records.listEvents(urlParams)))
)

const chain = HttpApiBuilder.group(Api, "chain", (handlers) =>
  Effect.map(sharedQuery(answer(Chain.stats)), (stats) =>
    handlers
      .handle("config", () => answer(Chain.config))
      .handle("configChanges", ({ urlParams }) => answer(Chain.listConfigChanges(urlParams)))
      .handle("stats", () => stats)
  )
)

/** Handlers for all endpoints of `Api`. They read the database. */
export const handlers = Layer.mergeAll(issues, repositories, competitions, miners, money, validators, consensus, records, chain)
