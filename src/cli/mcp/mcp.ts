/** Serves the MCP tools on standard input and output. */
import type * as Prompt from "@effect/cli/Prompt"
import { Effect, Layer, type Option, RcRef } from "effect"
import packageFile from "../../../package.json"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput } from "../../domain/failures.ts"
import * as Dendrite from "../../layers/chain/axon/Dendrite.ts"
import * as PeerQuality from "../../layers/chain/axon/PeerQuality.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHubDisplay from "../../layers/github/display/GitHubDisplay.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import * as RepositoryTexts from "../../layers/github/RepositoryTexts.ts"
import type { Confined } from "../../layers/machine/confined/Confined.ts"
import { Redaction } from "../program/redaction.ts"
import { runsUntilStopped } from "../program/untilStopped.ts"
import { contractLayer, type Network } from "../shared/chainServices.ts"
import type { KeyOptions } from "../shared/options.ts"
import type { Confirmation } from "./Confirmation.ts"
import { serve } from "./serve.ts"
import type { Tool } from "./Tool.ts"
import { check } from "./tools/check.ts"
import { listCompetitions, readCompetition } from "./tools/competitions.ts"
import { explainPairing, explainScore, explainVerdictTool } from "./tools/explain.ts"
import { listIssues, readIssue } from "./tools/issues.ts"
import { enrolTool, minerStatus, skipTool } from "./tools/miner.ts"

export interface McpOptions {
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  readonly key: KeyOptions
  readonly roster: Option.Option<string>
  readonly allowSigning: boolean
}

const networkLayer = (network: Network, contract: AccountAddress) =>
  Layer.mergeAll(GitHubAccounts.layer, PeerQuality.layer).pipe(
    Layer.provideMerge(
      Layer.mergeAll(contractLayer({ network, contract }), GitHub.layer, GitHubDisplay.layer, RepositoryTexts.layer, Dendrite.layer)
    )
  )

/** How long an unused connection stays open. */
const KEPT = "10 minutes"

const served = (options: McpOptions) =>
  Effect.gen(function* () {
    const { redact } = yield* Redaction
    yield* runsUntilStopped
    if (process.stdin.isTTY)
      yield* Effect.logInfo("waiting for an agent's messages; an agent starts this command itself: see docs/agents.md")
    // Connected on first use by a tool. After a failure, the next tool tries again.
    const network = yield* RcRef.make({
      acquire: Effect.flatMap(
        Effect.mapError(
          options.contract,
          () =>
            new InvalidInput({
              message: 'the contract\'s address is not known: start "gittensor mcp" with --contract, or set GITTENSOR_CONTRACT'
            })
        ),
        (contract) => Layer.build(networkLayer(options.network, contract))
      ),
      idleTimeToLive: KEPT
    })
    const online = <R>(tool: Tool<R>) => ({
      ...tool,
      call: (given: unknown) => Effect.scoped(Effect.flatMap(RcRef.get(network), (services) => Effect.provide(tool.call(given), services)))
    })
    yield* serve<Confined | Confirmation | Prompt.Prompt.Environment>(
      [
        online(listIssues),
        online(readIssue),
        online(listCompetitions),
        online(readCompetition),
        online(explainPairing),
        online(explainVerdictTool),
        explainScore(options.roster),
        check(options.roster),
        online(minerStatus(options.key)),
        online(enrolTool(options.key)),
        online(skipTool(options.key))
      ],
      {
        version: packageFile.version,
        allowSigning: options.allowSigning,
        streams: { input: process.stdin, output: process.stdout },
        redact
      }
    )
  }).pipe(Effect.scoped)

/** Standard output carries the protocol only: libraries' output is redirected to standard error. */
const stdoutForProtocol = Effect.acquireRelease(
  Effect.sync(() => {
    const { log, info, debug } = console
    console.log = console.error
    console.info = console.error
    console.debug = console.error
    return { log, info, debug }
  }),
  (before) => Effect.sync(() => Object.assign(console, before))
)

export const run = (options: McpOptions) => Effect.scoped(Effect.zipRight(stdoutForProtocol, served(options)))
