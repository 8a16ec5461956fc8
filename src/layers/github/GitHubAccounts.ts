/**
 * Which GitHub account each miner has linked: commitments on the chain name a gist, the gist proves the link. A gist is asked for once, and then
 * whether it is still the same, which GitHub does not count. What it answered last stands while it does not answer.
 */
import { Clock, Context, Duration, Effect, Either, Layer, Option, Ref, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import * as GitHubLink from "../../domain/GitHubLink.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { type BlockReference, Chain, type ChainUnavailable, isForgotten } from "../chain/Chain.ts"
import { type Commitment, Subnet, type UnknownSubnet } from "../subnet/Subnet.ts"
import { type Gist, GitHub } from "./GitHub.ts"

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
    /**
     * The links as committed at a block by the hotkeys that were registered there. Gists that GitHub does not give now make their hotkeys `unknown`,
     * never a failure. The metagraph at that block is read unless given.
     */
    readonly linkedAt: (at: BlockReference, metagraph?: Metagraph) => Effect.Effect<LinkedAccounts, ChainUnavailable | UnknownSubnet>
    /** The same of the account that one hotkey names, so that no other account's gists are asked for. */
    readonly linkOf: (hotkey: AccountAddress, at: BlockReference) => Effect.Effect<LinkedAccounts, ChainUnavailable | UnknownSubnet>
    /**
     * The account that each of these hotkeys' commitments names at a block, proven or not. Where the node has forgotten the block's state, a `later` block
     * tells the same if no commitment has changed since.
     */
    readonly claimedAt: (
      at: BlockReference,
      hotkeys: ReadonlyArray<AccountAddress>,
      later?: BlockReference
    ) => Effect.Effect<ReadonlyMap<AccountAddress, number>, ChainUnavailable | UnknownSubnet>
  }
>() {}

type Claim = Commitment & { readonly link: GitHubLink.Commitment }

type Checked = { readonly hotkey: AccountAddress; readonly account: number; readonly committedAt: number } & (
  | { readonly _tag: "Proven" }
  | { readonly _tag: "Refused"; readonly why: string }
  /** GitHub shows the gist to nobody, or nothing to this validator: which of the two, the other gists tell. */
  | { readonly _tag: "Forbidden"; readonly why: string }
  | { readonly _tag: "Unknown" }
)

/** What GitHub answered of a gist: what speaks against the link, or null where it is proven. */
interface Answered {
  readonly against: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

const decodeCommitment = Schema.decodeUnknownOption(GitHubLink.CommitmentText)

/** Running competitions are asked of again and again, also when a pruning node has forgotten how they began. */
const CLAIMS_KEPT = 1_000

/** A gist is looked at once a round. */
const FRESH = Duration.minutes(30)

/** Answers of GitHub that say for good that a gist is not shown: disabled, taken down, too long to be one of ours. */
const NEVER_SHOWN: ReadonlySet<number | undefined> = new Set([403, 413, 451])

/** `fresh`: for so long an answer of GitHub is not asked for again. */
export const makeWith = Effect.fn("GitHubAccounts.make")(function* (fresh: Duration.Duration) {
  const [chain, subnet, github] = yield* Effect.all([Chain, Subnet, GitHub])
  const answers = yield* Ref.make<ReadonlyMap<string, Answered>>(new Map())
  const claimed = yield* Ref.make<ReadonlyMap<string, ReadonlyMap<AccountAddress, number>>>(new Map())

  const judge = (hotkey: AccountAddress, { account, gist }: GitHubLink.Commitment, found: Gist): string | null => {
    const content = found.files.find(({ name }) => name === GitHubLink.GIST_FILE)?.content
    if (content === undefined || found.ownerId === null) return `gist ${gist} has no file ${GitHubLink.GIST_FILE}`
    const context = { genesisHash: chain.genesisHash, netuid: subnet.netuid, hotkey, account, gistOwner: found.ownerId }
    return Either.match(GitHubLink.verify(content, context), { onLeft: ({ detail }) => detail, onRight: () => null })
  }

  const check = ({ account: hotkey, block: committedAt, link }: Claim): Effect.Effect<Checked> =>
    Effect.gen(function* () {
      const key = `${hotkey} ${link.account} ${link.gist}`
      const claim = { hotkey, account: link.account, committedAt }
      const told = ({ against }: Answered): Checked =>
        against === null ? { ...claim, _tag: "Proven" } : { ...claim, _tag: "Refused", why: against }
      const now = yield* Clock.currentTimeMillis
      const before = (yield* Ref.get(answers)).get(key)
      if (before !== undefined && now - before.at < Duration.toMillis(fresh)) return told(before)
      const learn = (against: string | null) => {
        const answered: Answered = { against, at: now }
        return Effect.as(
          Ref.update(answers, (all) => new Map(all).set(key, answered)),
          told(answered)
        )
      }
      return yield* github.gist(link.gist).pipe(
        Effect.flatMap((found) => learn(judge(hotkey, link, found))),
        Effect.catchTags({
          GistNotFound: () => learn(`gist ${link.gist} does not exist`),
          GitHubUnavailable: (error): Effect.Effect<Checked> =>
            NEVER_SHOWN.has(error.status)
              ? Effect.succeed({ ...claim, _tag: "Forbidden", why: `GitHub does not show gist ${link.gist} (status ${error.status})` })
              : Effect.as(
                  Effect.logWarning(`link of ${hotkey} not checked`, error.message),
                  before === undefined ? { ...claim, _tag: "Unknown" } : told(before)
                )
        })
      )
    })

  /** A token that is shown no gist at all says nothing of any. */
  const settled = (checked: ReadonlyArray<Checked>): ReadonlyArray<Checked> => {
    const isShownSome = checked.some(({ _tag }) => _tag === "Proven" || _tag === "Refused")
    return checked.map((one) => (one._tag !== "Forbidden" ? one : isShownSome ? { ...one, _tag: "Refused" } : { ...one, _tag: "Unknown" }))
  }

  const claimsAt = (at: BlockReference, hotkeys: ReadonlyArray<AccountAddress>) =>
    Effect.map(subnet.commitments(at, hotkeys), (commitments) =>
      commitments.flatMap(
        (commitment): ReadonlyArray<Claim> =>
          Option.match(decodeCommitment(commitment.text), { onNone: () => [], onSome: (link) => [{ ...commitment, link }] })
      )
    )

  const linksOf = (claims: ReadonlyArray<Claim>) =>
    Effect.map(Effect.forEach(claims, check, { concurrency: 4 }), (found) => {
      const checked = settled(found)
      const links = checked.flatMap(
        (one): ReadonlyArray<GitHubLink.ProvenLink> =>
          one._tag === "Proven" ? [{ ...one, account: GitHubLink.GitHubAccountId.make(one.account) }] : []
      )
      const first = GitHubLink.accountsByHotkey(links)
      // While an earlier claim on an account can't be checked, nobody has that account. A later one takes it from nobody.
      const doubted = (one: Checked) =>
        checked.some(
          (other) => other._tag === "Unknown" && other.account === one.account && other !== one && !GitHubLink.isEarlier(one, other)
        )
      const unknown = new Set(
        checked.flatMap((one) =>
          one._tag === "Unknown" || (one._tag === "Proven" && first.has(one.hotkey) && doubted(one)) ? [one.hotkey] : []
        )
      )
      const refused = checked.flatMap((one): ReadonlyArray<readonly [AccountAddress, string]> => {
        if (one._tag === "Refused") return [[one.hotkey, one.why]]
        return one._tag === "Proven" && !first.has(one.hotkey)
          ? [[one.hotkey, `another hotkey linked GitHub account ${one.account} first`]]
          : []
      })
      return {
        accounts: new Map([...first].filter(([hotkey]) => !unknown.has(hotkey))),
        unknown,
        refused: new Map(refused)
      } satisfies LinkedAccounts
    })

  const registeredClaims = Effect.fn("registeredClaims")(function* (at: BlockReference, metagraph: Metagraph | undefined) {
    const { neurons } = metagraph ?? (yield* subnet.metagraph(at))
    // Commitments outlive registrations: what is left of a hotkey that is gone is no claim.
    return yield* claimsAt(
      at,
      neurons.map(({ hotkey }) => hotkey)
    )
  })

  const linkedAt = Effect.fn("GitHubAccounts.linkedAt")(function* (at: BlockReference, metagraph?: Metagraph) {
    return yield* linksOf(yield* registeredClaims(at, metagraph))
  })

  const linkOf = Effect.fn("GitHubAccounts.linkOf")(function* (hotkey: AccountAddress, at: BlockReference) {
    const claims = yield* registeredClaims(at, undefined)
    const own = claims.find(({ account }) => account === hotkey)
    return yield* linksOf(claims.filter(({ link }) => link.account === own?.link.account))
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
        if (later === undefined || !isForgotten(error)) return Effect.fail(error)
        // A commitment says when it was made: those that are older than the block were there in this form.
        return Effect.filterOrFail(
          claimsAt(later, hotkeys),
          (present) => present.length === hotkeys.length && present.every(({ block }) => block <= at.number),
          () => error
        )
      })
    )
    const found = new Map(claims.map(({ account, link }): readonly [AccountAddress, number] => [account, link.account]))
    yield* Ref.update(claimed, (all) => new Map([...[...all].slice(-CLAIMS_KEPT), [key, found]]))
    return found
  })

  return GitHubAccounts.of({ linkedAt, linkOf, claimedAt })
})

export const make = makeWith(FRESH)

export const layer = Layer.effect(GitHubAccounts, make)
