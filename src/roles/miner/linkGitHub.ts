/** Links a hotkey to a GitHub account: a public gist holds the proof, and the hotkey's on-chain commitment names the gist. */
import { Effect, Either, Option, Schema } from "effect"
import { type AccountAddress, Hash32 } from "../../domain/Account.ts"
import { linkOf } from "../../domain/CommitmentSlot.ts"
import * as GitHubLink from "../../domain/GitHubLink.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { hotkeyUnregistered } from "./enrol.ts"

const writeLink = Schema.encodeSync(GitHubLink.CommitmentText)

/** The account that a hotkey names on the chain now; null if it names none. */
export const linkedNow = Effect.fn("miner.linkedNow")(function* (hotkey: AccountAddress) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const [own] = yield* subnet.commitments(yield* chain.finalisedHead, [hotkey])
  return own === undefined ? null : Option.match(linkOf(own.fields), { onNone: () => null, onSome: ({ account }) => account })
})

/** All hotkeys' claims on the account, including this hotkey's own, whether proven or not. */
const claimsOn = Effect.fn("miner.claimsOn")(function* (account: number, metagraph: Metagraph, at: BlockReference) {
  const commitments = yield* (yield* Subnet).commitments(
    at,
    metagraph.neurons.map(({ hotkey }) => hotkey)
  )
  return commitments.flatMap((one) =>
    Option.match(linkOf(one.fields), {
      onNone: () => [],
      onSome: (link) => (link.account === account ? [{ hotkey: one.account, link }] : [])
    })
  )
})

/** Whether a gist still proves the link in the hotkey's commitment. */
const holds = Effect.fn("miner.linkHolds")(function* (hotkey: AccountAddress, account: number, gistId: string) {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const gist = yield* Effect.option(github.gist(gistId))
  return Option.exists(gist, ({ files, ownerId }) => {
    const content = files.find(({ name }) => name === GitHubLink.GIST_FILE)?.content
    const context = { genesisHash: chain.genesisHash, netuid: subnet.netuid, hotkey, account, gistOwner: ownerId ?? 0 }
    return content !== undefined && Either.isRight(GitHubLink.verify(content, context))
  })
})

/**
 * Publishes the gist with the account of GITTENSOR_GITHUB_TOKEN and commits to it. Sends nothing if the link is still valid: a new commitment would rank
 * after those of rival hotkeys. `rivals`: other hotkeys that claimed the account earlier.
 */
export const linkGitHub = Effect.fn("miner.linkGitHub")(function* (hotkey: KeyPair) {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const head = yield* chain.finalisedHead
  const metagraph = yield* subnet.metagraph(head)
  if (neuronOf(metagraph, hotkey.address) === undefined) return yield* hotkeyUnregistered(hotkey.address, subnet.netuid)
  const account = yield* github.viewer
  const claims = yield* claimsOn(account.id, metagraph, head)
  const rivals = claims.flatMap((claim) => (claim.hotkey === hotkey.address ? [] : [claim.hotkey]))
  const own = claims.find((claim) => claim.hotkey === hotkey.address)
  if (own !== undefined && (yield* holds(hotkey.address, account.id, own.link.gist)))
    return { account, gist: own.link.gist, commitment: writeLink(own.link), inclusion: null, rivals }
  const link = GitHubLink.GitHubLink.make({
    genesisHash: Hash32.make(chain.genesisHash),
    netuid: subnet.netuid,
    hotkey: hotkey.address,
    account: GitHubLink.GitHubAccountId.make(account.id)
  })
  const gist = yield* github.createGist({
    description: "This GitHub account belongs to a miner of Gittensor",
    files: [{ name: GitHubLink.GIST_FILE, content: GitHubLink.gistContent(link, hotkey) }],
    public: true
  })
  const committed: GitHubLink.Commitment = { account: link.account, gist: GitHubLink.GistId.make(gist.id) }
  const inclusion = yield* subnet.setCommitment(hotkey, { _tag: "Link", link: committed })
  return { account, gist: gist.id, commitment: writeLink(committed), inclusion, rivals }
})
