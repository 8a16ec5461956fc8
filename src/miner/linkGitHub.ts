/** Linking a hotkey with a GitHub account: a public gist holds the proof, the hotkey's commitment names it. The token stays on this machine. */
import { Effect, Schema } from "effect"
import { Hash32 } from "../domain/Account.ts"
import * as GitHubLink from "../domain/GitHubLink.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { neuronOf } from "../domain/Metagraph.ts"
import { Chain } from "../layers/Chain.ts"
import { GitHub } from "../layers/GitHub.ts"
import { Subnet } from "../layers/Subnet.ts"
import { HotkeyUnregistered } from "./enrol.ts"

/** Publishes the gist as the account of GITTENSOR_GITHUB_TOKEN and commits to it. */
export const linkGitHub = Effect.fn("miner.linkGitHub")(function* (hotkey: KeyPair) {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const metagraph = yield* subnet.metagraph(yield* chain.finalisedHead)
  if (neuronOf(metagraph, hotkey.address) === undefined)
    return yield* new HotkeyUnregistered({ hotkey: hotkey.address, netuid: subnet.netuid })
  const account = yield* github.viewer
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
  const text = yield* Schema.encode(GitHubLink.CommitmentText)({ account: link.account, gist: GitHubLink.GistId.make(gist.id) }).pipe(
    Effect.orDie
  )
  const inclusion = yield* subnet.setCommitment(hotkey, text)
  return { account, gist: gist.id, commitment: text, inclusion }
})
