/** The services of a validator's code on the simulated chain and GitHub. A request that the simulation does not support is a defect. */
import { Context, Effect, Stream } from "effect"
import { OperationFailed } from "../../../src/domain/failures.ts"
import type { IssueRef } from "../../../src/domain/IssueRef.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { type BlockReference, Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import * as GitHubAccounts from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { GistNotFound, GitHub, GitHubUnavailable, IssueNotFound, type RegistrableIssue } from "../../../src/layers/github/GitHub.ts"
import { stakeOf } from "../../contract-model/Subnet.ts"
import { make as contractOf } from "./contract.ts"
import type { SimulatedNetwork, ValidatorAccess } from "./SimulatedNetwork.ts"

const impossible = (what: string) => Effect.die(new Error(`a simulation has no ${what}`))

const chainOf = ({ ledger }: SimulatedNetwork, { head, reachesChain }: ValidatorAccess) => {
  const answering = <A>(operation: string, answer: () => A) =>
    Effect.suspend(() =>
      reachesChain() ? Effect.sync(answer) : Effect.fail(new ChainUnavailable({ endpoint: "simulation", operation, reason: "cut off" }))
    )
  const finalisedHead = answering("finalised head", (): BlockReference => ({ number: head(), hash: ledger.hashOf(head()) }))
  return Chain.of({
    endpoint: "simulation",
    genesisHash: ledger.genesisHash,
    isDevelopment: true,
    finalisedHead,
    finalisedHeads: Stream.fromEffect(Effect.orDie(finalisedHead)),
    hashOf: (block) => answering("hash of a block", () => ledger.hashOf(block)),
    hashesOf: (blocks) => answering("hashes of blocks", () => blocks.map(ledger.hashOf)),
    claimedHashes: () => impossible("hashes that are not checked"),
    timeAt: (hash) => answering("time of a block", () => ledger.timeOf(ledger.blockOf(hash))),
    read: impossible,
    readAt: impossible,
    request: impossible,
    storageAt: () => impossible("raw storage"),
    anywhere: (work) => work,
    submit: ({ label }) => impossible(label),
    feeOf: ({ label }) => impossible(`fee of ${label}`),
    feesPaid: Effect.succeed(0n),
    requestCount: Effect.succeed(0),
    endpointInUse: Effect.succeed(undefined)
  })
}

const subnetOf = ({ ledger, netuid, population, pulseAfter }: SimulatedNetwork) =>
  Subnet.of({
    netuid,
    metagraph: (at) => Effect.sync(() => ({ ...population.metagraphAt(at.number), block: at.number })),
    stakeOf: (hotkey, coldkey, at) => Effect.sync(() => stakeOf(ledger.worldAt(at.number).subnet, hotkey, coldkey)),
    commitments: (at, hotkeys) =>
      Effect.sync(() => {
        const asked = new Set(hotkeys)
        return population.commitmentsAt(at.number).filter(({ account }) => asked.has(account))
      }),
    setCommitment: () => impossible("commitments of this program's"),
    weightRules: () => impossible("weights"),
    epochAt: () => impossible("weights"),
    revealRules: impossible("weights"),
    setWeights: () => impossible("weights"),
    commitWeights: () => impossible("weights"),
    serveAxon: () => impossible("axons"),
    // The hash of a later block is as unpredictable as a pulse.
    seedAfter: (block, at) => Effect.sync(() => (at.number < block + pulseAfter ? undefined : ledger.hashOf(block + pulseAfter)))
  })

const gitHubOf = ({ associationOf, ledger, population, record }: SimulatedNetwork, { reachesGitHub }: ValidatorAccess) => {
  const asking = <A, E>(operation: string, answer: () => Effect.Effect<A, E>) =>
    Effect.suspend(
      (): Effect.Effect<A, E | GitHubUnavailable> =>
        reachesGitHub() ? answer() : Effect.fail(new GitHubUnavailable({ operation, why: "it does not answer" }))
    )
  const found = (ref: IssueRef) => {
    const issue = record.issue(ref.repository, ref.number)
    return issue === undefined ? undefined : { issue, evidence: record.evidenceAt(issue, ledger.timeOf(ledger.block())) }
  }
  return GitHub.of({
    issueForRegistration: (ref) =>
      asking("issue", (): Effect.Effect<RegistrableIssue, IssueNotFound | OperationFailed> => {
        const known = found(ref)
        if (known?.evidence._tag !== "Found") return Effect.fail(new IssueNotFound({ ref, deleted: known !== undefined }))
        if (known.evidence.state === "closed") return Effect.fail(new OperationFailed({ message: `${ref} is closed` }))
        const { authorId, repositoryId } = known.issue
        return Effect.succeed({ ref, repositoryId, title: ref.toString(), authorId, authorLogin: `account-${authorId}` })
      }),
    issueEvidence: (ref) => asking("evidence", () => Effect.succeed(found(ref)?.evidence ?? { _tag: "Deleted" as const })),
    hasLandedFor: () => asking("merged work", () => Effect.succeed(false)),
    consent: ({ repository }) =>
      asking("consent", () =>
        Effect.succeed({
          repository,
          isArchived: false,
          file: { _tag: "Written" as const, bounties: null, repository: null },
          issue: { isLocked: false, words: [] }
        })
      ),
    isOnDefaultBranch: () => impossible("commits"),
    repositoryFacts: () => impossible("signs of a made-up repository"),
    condition: Effect.sync(() => (reachesGitHub() ? null : "it does not answer")),
    gist: (id) =>
      asking("gist", () => {
        const gist = population.gist(id)
        if (gist === undefined) return Effect.fail(new GistNotFound({ gist: id }))
        const files = [{ name: "gittensor-github-link.txt", content: gist.content }]
        return Effect.succeed({ id, public: true, ownerId: gist.owner, ownerLogin: `account-${gist.owner}`, files })
      }),
    createGist: () => impossible("new gists of this program's"),
    viewer: impossible("token"),
    userById: (id) => asking("user", () => Effect.succeed({ id, login: `account-${id}` })),
    writersAmong: () => impossible("proof of write access"),
    associationOf: (account, repository) => asking("association", () => Effect.sync(() => associationOf(account, repository)))
  })
}

/** The real check of links, cached for each list of commitments: while GitHub answers, the result depends on nothing else. */
const accountsOf = (
  population: SimulatedNetwork["population"],
  { reachesGitHub }: ValidatorAccess,
  accounts: typeof GitHubAccounts.GitHubAccounts.Service
) => {
  const once = <A, E>(ask: (at: BlockReference) => Effect.Effect<A, E>) => {
    const known = new WeakMap<ReturnType<typeof population.commitmentsAt>, A>()
    return (at: BlockReference) =>
      Effect.suspend(() => {
        const commitments = population.commitmentsAt(at.number)
        const answer = known.get(commitments)
        if (answer !== undefined) return Effect.succeed(answer)
        return Effect.tap(ask(at), (found) => Effect.sync(() => (reachesGitHub() ? known.set(commitments, found) : known)))
      })
  }
  return GitHubAccounts.GitHubAccounts.of({ ...accounts, linkedAt: once(accounts.linkedAt) })
}

export type Services = Chain | Contract | GitHub | GitHubAccounts.GitHubAccounts | Subnet

export const make = (network: SimulatedNetwork, access: ValidatorAccess): Context.Context<Services> => {
  const basic = Context.empty().pipe(
    Context.add(Chain, chainOf(network, access)),
    Context.add(Contract, contractOf(network, access)),
    Context.add(Subnet, subnetOf(network)),
    Context.add(GitHub, gitHubOf(network, access))
  )
  const accounts = Effect.runSync(Effect.provide(GitHubAccounts.make, basic))
  return Context.add(basic, GitHubAccounts.GitHubAccounts, accountsOf(network.population, access, accounts))
}
