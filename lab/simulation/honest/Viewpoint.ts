/** A validator's view: the part of the simulated chain and GitHub that it can see. */
import { Effect, Logger, LogLevel } from "effect"
import type { Issue } from "../../../src/contract-client/generated.ts"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { Contract, type ContractState } from "../../../src/layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../../src/layers/chain/node/Chain.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import * as Services from "../network/services.ts"
import { type Keys, keyOf, unkeyed } from "./sharedAnswers.ts"

/** A finalised head, and whether GitHub answers. */
export interface Viewpoint {
  readonly head: number
  readonly gitHubSilent: boolean
}

const keys: Keys<Viewpoint> = { head: unkeyed, gitHubSilent: String }

/** The key of a viewpoint's fields except the head, for answers that do not depend on the head, or have it in their key otherwise. */
export const conditionsOf = keyOf(keys)

/**
 * The network as validators see it. All validators share its services, so their answers must depend only on the viewpoint, the chain and GitHub's
 * record.
 */
export interface SeenNetwork {
  readonly network: SimulatedNetwork
  readonly reference: (block: number) => BlockReference
  readonly run: <A, E>(viewpoint: Viewpoint, effect: Effect.Effect<A, E, Services.Services>) => A
  /** The contract's state; the same object while it is unchanged. */
  readonly stateAt: (viewpoint: Viewpoint) => ContractState
  /** GitHub's present record of an issue; the same object while it is unchanged. */
  readonly evidenceOn: (issue: Issue) => IssueEvidence | undefined
}

export const seenNetwork = (network: SimulatedNetwork): SeenNetwork => {
  const { ledger, record } = network
  let looksFrom: Viewpoint = { head: 0, gitHubSilent: false }
  const services = Services.make(network, {
    head: () => looksFrom.head,
    reachesChain: () => true,
    reachesGitHub: () => !looksFrom.gitHubSilent
  })
  const reference = (number: number): BlockReference => ({ number, hash: ledger.hashOf(number) })
  const run: SeenNetwork["run"] = (viewpoint, effect) => {
    looksFrom = viewpoint
    return Effect.runSync(Effect.provide(effect, services).pipe(Effect.withTracerEnabled(false), Logger.withMinimumLogLevel(LogLevel.None)))
  }
  const statesRead = new WeakMap<object, ContractState>()
  return {
    network,
    reference,
    run,
    stateAt: (viewpoint) => {
      const { state } = ledger.worldAt(viewpoint.head)
      const known =
        statesRead.get(state) ??
        run(
          viewpoint,
          Effect.flatMap(Contract, (contract) => contract.stateAt(reference(viewpoint.head)))
        )
      statesRead.set(state, known)
      return known
    },
    evidenceOn: ({ number, repository }) => {
      const issue = record.issue(repository, number)
      return issue === undefined ? undefined : record.evidenceAt(issue, ledger.timeOf(ledger.block()))
    }
  }
}
