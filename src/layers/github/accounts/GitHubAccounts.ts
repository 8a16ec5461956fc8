/**
 * Reads which GitHub account each miner has linked: a commitment on the chain names a gist, and the gist proves the link. A gist is fetched once and
 * then revalidated by its ETag, which costs nothing of GitHub's limits. While GitHub does not answer, its last answer counts.
 */
import { Context, Duration, Effect, Layer, Option, Ref } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { linkOf as committedLink } from "../../../domain/CommitmentSlot.ts"
import type { Metagraph } from "../../../domain/Metagraph.ts"
import { type BlockReference, type ChainUnavailable, isPruned } from "../../chain/node/Chain.ts"
import { Subnet, type UnknownSubnet } from "../../chain/subnet/Subnet.ts"
import * as LinkChecker from "./LinkChecker.ts"
import { type LinkedAccounts, linkedAccounts } from "./linkedAccounts.ts"

export type { LinkedAccounts } from "./linkedAccounts.ts"

export class GitHubAccounts extends Context.Tag("gittensor/GitHubAccounts")<
  GitHubAccounts,
  {
    /**
     * The links that registered hotkeys have committed at a block. A gist that GitHub does not serve now makes its hotkey `unknown`; it is no
     * failure. Reads the metagraph at that block unless it is given.
     */
    readonly linkedAt: (at: BlockReference, metagraph?: Metagraph) => Effect.Effect<LinkedAccounts, ChainUnavailable | UnknownSubnet>
    /** The same, for the one account that this hotkey names. Fetches no gist of other accounts. */
    readonly linkOf: (hotkey: AccountAddress, at: BlockReference) => Effect.Effect<LinkedAccounts, ChainUnavailable | UnknownSubnet>
    /**
     * The account that each hotkey's commitment names at a block, proven or not. If the node has pruned the block's state, reads it at the `later`
     * block instead, provided that no commitment has changed since.
     */
    readonly claimedAt: (
      at: BlockReference,
      hotkeys: ReadonlyArray<AccountAddress>,
      later?: BlockReference
    ) => Effect.Effect<ReadonlyMap<AccountAddress, number>, ChainUnavailable | UnknownSubnet>
  }
>() {}

/** Blocks whose claims are cached: running competitions need them repeatedly, even after the node has pruned the block's state. */
const CLAIMS_CACHED = 1_000

/** How long a gist's answer is fresh: a round. */
const GIST_CACHED_FOR = Duration.minutes(30)

/** `fresh`: how long an answer counts before GitHub is asked again. */
export const makeWith = Effect.fn("GitHubAccounts.make")(function* (fresh: Duration.Duration) {
  const subnet = yield* Subnet
  const check = yield* LinkChecker.make(fresh)
  const claimed = yield* Ref.make<ReadonlyMap<string, ReadonlyMap<AccountAddress, number>>>(new Map())

  const claimsAt = (at: BlockReference, hotkeys: ReadonlyArray<AccountAddress>) =>
    Effect.map(subnet.commitments(at, hotkeys), (commitments) =>
      commitments.flatMap(
        (commitment): ReadonlyArray<LinkChecker.Claim> =>
          Option.match(committedLink(commitment.fields), { onNone: () => [], onSome: (link) => [{ ...commitment, link }] })
      )
    )

  const checkAll = (claims: ReadonlyArray<LinkChecker.Claim>) =>
    Effect.map(Effect.forEach(claims, check, { concurrency: 4 }), linkedAccounts)

  /** The claims of registered hotkeys. A commitment outlives its hotkey's registration, and then does not count. */
  const registeredClaims = Effect.fn("registeredClaims")(function* (at: BlockReference, metagraph: Metagraph | undefined) {
    const { neurons } = metagraph ?? (yield* subnet.metagraph(at))
    return yield* claimsAt(
      at,
      neurons.map(({ hotkey }) => hotkey)
    )
  })

  const linkedAt = Effect.fn("GitHubAccounts.linkedAt")(function* (at: BlockReference, metagraph?: Metagraph) {
    return yield* checkAll(yield* registeredClaims(at, metagraph))
  })

  const linkOf = Effect.fn("GitHubAccounts.linkOf")(function* (hotkey: AccountAddress, at: BlockReference) {
    const claims = yield* registeredClaims(at, undefined)
    const own = claims.find(({ account }) => account === hotkey)
    return yield* checkAll(claims.filter(({ link }) => link.account === own?.link.account))
  })

  const claimedAt = Effect.fn("GitHubAccounts.claimedAt")(function* (
    at: BlockReference,
    hotkeys: ReadonlyArray<AccountAddress>,
    later?: BlockReference
  ) {
    const key = `${at.hash} ${hotkeys.join(" ")}`
    const known = (yield* Ref.get(claimed)).get(key)
    if (known !== undefined) return known
    const claims = yield* claimsAt(at, hotkeys).pipe(
      Effect.catchTag("ChainUnavailable", (error) => {
        if (later === undefined || !isPruned(error)) return Effect.fail(error)
        // A commitment carries the block at which it was made. One older than `at` was already there, unchanged.
        return Effect.filterOrFail(
          claimsAt(later, hotkeys),
          (present) => present.length === hotkeys.length && present.every(({ block }) => block <= at.number),
          () => error
        )
      })
    )
    const found = new Map(claims.map(({ account, link }): readonly [AccountAddress, number] => [account, link.account]))
    yield* Ref.update(claimed, (all) => new Map([...[...all].slice(-CLAIMS_CACHED), [key, found]]))
    return found
  })

  return GitHubAccounts.of({ linkedAt, linkOf, claimedAt })
})

export const make = makeWith(GIST_CACHED_FOR)

export const layer = Layer.effect(GitHubAccounts, make)
