/**
 * Which GitHub account each miner has linked: commitments on the chain name a gist, the gist proves the link. A proof that held once is
 * remembered by its commitment, because neither the commitment's text nor a signature changes.
 */
import { Context, Effect, Either, Layer, Option, Ref, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import * as GitHubLink from "../domain/GitHubLink.ts"
import { type BlockReference, Chain, type ChainUnavailable } from "./Chain.ts"
import { GitHub } from "./GitHub.ts"
import { Subnet, type UnknownSubnet } from "./Subnet.ts"

export interface LinkedAccounts {
  /** The GitHub account id of every hotkey whose link is proven. */
  readonly accounts: ReadonlyMap<AccountAddress, number>
  /** Hotkeys whose link could not be checked now, because GitHub did not answer: nothing may be concluded about them. */
  readonly unknown: ReadonlySet<AccountAddress>
  /** Why a hotkey's link does not count. */
  readonly refused: ReadonlyMap<AccountAddress, string>
}

export class GitHubAccounts extends Context.Tag("gittensor/GitHubAccounts")<
  GitHubAccounts,
  {
    /** The links as committed at a block. Gists that GitHub does not give now make their hotkeys `unknown`, never a failure. */
    readonly linkedAt: (at: BlockReference) => Effect.Effect<LinkedAccounts, ChainUnavailable | UnknownSubnet>
  }
>() {}

type Checked =
  | { readonly _tag: "Proven"; readonly link: GitHubLink.ProvenLink }
  | { readonly _tag: "Refused"; readonly hotkey: AccountAddress; readonly account: number; readonly why: string }
  | { readonly _tag: "Unknown"; readonly hotkey: AccountAddress; readonly account: number }

const decodeCommitment = Schema.decodeUnknownOption(GitHubLink.CommitmentText)

export const make = Effect.gen(function* () {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const proven = yield* Ref.make<ReadonlyMap<string, GitHubLink.ProvenLink>>(new Map())

  const check = (hotkey: AccountAddress, commitment: GitHubLink.Commitment, committedAt: number) =>
    Effect.gen(function* () {
      const key = `${hotkey} ${commitment.account} ${commitment.gist}`
      const known = (yield* Ref.get(proven)).get(key)
      if (known !== undefined) return { _tag: "Proven", link: { ...known, committedAt } } as const
      const refused = (why: string) => ({ _tag: "Refused", hotkey, account: commitment.account, why }) as const
      const gist = yield* github.gist(commitment.gist)
      const content = gist.files.find(({ name }) => name === GitHubLink.GIST_FILE)?.content
      if (content === undefined || gist.ownerId === null) return refused(`gist ${commitment.gist} has no file ${GitHubLink.GIST_FILE}`)
      const verified = GitHubLink.verify(content, {
        genesisHash: chain.genesisHash,
        netuid: subnet.netuid,
        hotkey,
        account: commitment.account,
        gistOwner: gist.ownerId
      })
      if (Either.isLeft(verified)) return refused(verified.left.detail)
      const link: GitHubLink.ProvenLink = { hotkey, account: commitment.account, committedAt }
      yield* Ref.update(proven, (all) => new Map(all).set(key, link))
      return { _tag: "Proven", link } as const
    }).pipe(
      Effect.catchTags({
        GistNotFound: () =>
          Effect.succeed({ _tag: "Refused", hotkey, account: commitment.account, why: `gist ${commitment.gist} does not exist` } as const),
        GitHubUnavailable: (error) =>
          Effect.logWarning(`link of ${hotkey} not checked`, error.message).pipe(
            Effect.as({ _tag: "Unknown", hotkey, account: commitment.account } as const)
          )
      })
    )

  const linkedAt = Effect.fn("GitHubAccounts.linkedAt")(function* (at: BlockReference) {
    const commitments = yield* subnet.commitments(at)
    const checked: ReadonlyArray<Checked> = yield* Effect.forEach(
      commitments.flatMap((commitment) =>
        Option.match(decodeCommitment(commitment.text), { onNone: () => [], onSome: (link) => [{ ...commitment, link }] })
      ),
      ({ account, block, link }) => check(account, link, block),
      { concurrency: 4 }
    )
    // While a claim on an account can't be checked, nobody has that account: the unchecked one may be the earlier.
    const uncertain = new Set(checked.flatMap((one) => (one._tag === "Unknown" ? [one.account] : [])))
    const links = checked.flatMap((one) => (one._tag === "Proven" ? [one.link] : []))
    const accounts = GitHubLink.accountsByHotkey(links.filter(({ account }) => !uncertain.has(account)))
    const refused = new Map(checked.flatMap((one) => (one._tag === "Refused" ? [[one.hotkey, one.why] as const] : [])))
    for (const { hotkey, account } of links) {
      if (!accounts.has(hotkey) && !uncertain.has(account)) refused.set(hotkey, `another hotkey linked GitHub account ${account} first`)
    }
    const unknown = new Set([
      ...checked.flatMap((one) => (one._tag === "Unknown" ? [one.hotkey] : [])),
      ...links.flatMap(({ hotkey, account }) => (uncertain.has(account) ? [hotkey] : []))
    ])
    return { accounts, unknown, refused } satisfies LinkedAccounts
  })

  return GitHubAccounts.of({ linkedAt })
})

export const layer = Layer.effect(GitHubAccounts, make)
