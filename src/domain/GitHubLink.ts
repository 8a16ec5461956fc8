/**
 * The proof that a miner's hotkey and a GitHub account belong to the same person: the hotkey signs the account's id, the account publishes the
 * signature as a public gist, and the hotkey's commitment on the chain names both. No token is shared.
 *
 * The canonical text has five lines joined by "\n", without a final newline. The hotkey signs its UTF-8 bytes:
 *
 *     gittensor/github-link/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     hotkey 5…
 *     account 583231
 *
 * The gist's file holds this text and a sixth line, `signature 0x…`; trailing whitespace is ignored. The commitment is `gh:583231:<gist id>`.
 */
import { Either, ParseResult, Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import type { KeyPair } from "./KeyPair.ts"
import { verifyText } from "./Signature.ts"
import { SealedText } from "./SignedText.ts"

const DOMAIN = "gittensor/github-link/v1"

export const GIST_FILE = "gittensor-github-link.txt"

/** The most bytes of a commitment's `Raw` field. */
const MAX_COMMITMENT_BYTES = 128

/** GitHub's account id, which never changes; logins do. */
export const GitHubAccountId = Schema.Int.pipe(Schema.positive(), Schema.brand("GitHubAccountId"))
export type GitHubAccountId = typeof GitHubAccountId.Type

export const GistId = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9]{1,64}$/), Schema.brand("GistId"))
export type GistId = typeof GistId.Type

export class GitHubLink extends Schema.Class<GitHubLink>("GitHubLink")({
  genesisHash: Hash32,
  netuid: Schema.Int.pipe(Schema.between(0, 65_535)),
  hotkey: AccountAddress,
  account: GitHubAccountId
}) {}

/** The text that the hotkey signs. */
const format = (link: typeof GitHubLink.Encoded): string =>
  [DOMAIN, `genesis ${link.genesisHash}`, `netuid ${link.netuid}`, `hotkey ${link.hotkey}`, `account ${link.account}`].join("\n")

const written = /^gittensor\/github-link\/v1\ngenesis (\S+)\nnetuid (\d+)\nhotkey (\S+)\naccount (\d+)$/

/** The canonical text as a Schema: decoding also checks that the text is in canonical form. */
const GitHubLinkText = Schema.transformOrFail(Schema.String, GitHubLink, {
  strict: true,
  decode: (text, _options, ast) => {
    const [, genesisHash = "", netuid, hotkey = "", account] = written.exec(text) ?? []
    const encoded: typeof GitHubLink.Encoded = { genesisHash, netuid: Number(netuid), hotkey, account: Number(account) }
    return format(encoded) === text
      ? ParseResult.succeed(encoded)
      : ParseResult.fail(new ParseResult.Type(ast, text, `not the five lines of ${DOMAIN}`))
  },
  encode: (encoded) => ParseResult.succeed(format(encoded))
})

export const gistContent = (link: GitHubLink, hotkey: KeyPair): string => {
  const text = format(link)
  return `${Schema.encodeSync(SealedText)({ text, signature: hotkey.signText(text) })}\n`
}

/** A hotkey's commitment on the chain: its account, and the gist with the proof. */
export const Commitment = Schema.Struct({ account: GitHubAccountId, gist: GistId })
export interface Commitment extends Schema.Schema.Type<typeof Commitment> {}

/** `gh:<account id>:<gist id>`, at most 128 bytes. Other programs' commitments fail to decode. */
export const CommitmentText = Schema.transformOrFail(Schema.String.pipe(Schema.maxLength(MAX_COMMITMENT_BYTES)), Commitment, {
  strict: true,
  decode: (text, _options, ast) => {
    const match = /^gh:([1-9]\d*):([A-Za-z0-9]+)$/.exec(text)
    return match === null
      ? ParseResult.fail(new ParseResult.Type(ast, text, "not gh:<account id>:<gist id>"))
      : ParseResult.succeed({ account: Number(match[1]), gist: match[2] ?? "" })
  },
  encode: ({ account, gist }) => ParseResult.succeed(`gh:${account}:${gist}`)
})

/** Why a link does not count. */
export class LinkRefusal extends Schema.TaggedError<LinkRefusal>()("GitHubLinkRefused", {
  reason: Schema.Literal("Malformed", "OtherChain", "OtherSubnet", "OtherHotkey", "OtherAccount", "OtherOwner", "BadSignature"),
  detail: Schema.String
}) {
  override get message() {
    return `the GitHub account is not linked: ${this.detail}; link it again with "gittensor mine link-github"`
  }
}

const refuse = (reason: LinkRefusal["reason"], detail: string) => Either.left(new LinkRefusal({ reason, detail }))
const decodeSealed = Schema.decodeUnknownEither(SealedText)
const decodeText = Schema.decodeUnknownEither(GitHubLinkText)

/** The facts against which a gist is checked. */
export interface LinkContext {
  readonly genesisHash: string
  readonly netuid: number
  /** The hotkey whose commitment named the gist. */
  readonly hotkey: AccountAddress
  /** The account that the commitment named. */
  readonly account: number
  /** The id of the gist's owner according to GitHub. */
  readonly gistOwner: number
}

/** Checks that a gist links the committed account with the hotkey that committed it. */
export const verify = (content: string, context: LinkContext): Either.Either<GitHubLink, LinkRefusal> =>
  Either.gen(function* () {
    const malformed = () => new LinkRefusal({ reason: "Malformed", detail: `the gist does not hold the text of ${DOMAIN}` })
    const { text, signature } = yield* Either.mapLeft(decodeSealed(content.trimEnd()), malformed)
    const link = yield* Either.mapLeft(decodeText(text), malformed)
    if (link.genesisHash !== context.genesisHash) return yield* refuse("OtherChain", `the gist is for the chain ${link.genesisHash}`)
    if (link.netuid !== context.netuid) return yield* refuse("OtherSubnet", `the gist is for subnet ${link.netuid}`)
    if (link.hotkey !== context.hotkey) return yield* refuse("OtherHotkey", `the gist is for the hotkey ${link.hotkey}`)
    if (link.account !== context.account)
      return yield* refuse("OtherAccount", `the gist is for account ${link.account}, the commitment for ${context.account}`)
    if (link.account !== context.gistOwner)
      return yield* refuse("OtherOwner", `the gist belongs to account ${context.gistOwner}, not to ${link.account}`)
    if (!verifyText(text, signature, link.hotkey)) return yield* refuse("BadSignature", `its signature is not ${link.hotkey}'s`)
    return link
  })

/** A link with a valid proof, and the block of its commitment. */
export interface ProvenLink {
  readonly hotkey: AccountAddress
  readonly account: GitHubAccountId
  readonly committedAt: number
}

type Committed = Pick<ProvenLink, "hotkey" | "committedAt">

/** Which of two claims on an account was committed first; within one block, the lower address is first. */
export const isEarlier = (a: Committed, b: Committed): boolean =>
  a.committedAt < b.committedAt || (a.committedAt === b.committedAt && a.hotkey < b.hotkey)

/** The account of each hotkey. An account claimed by two hotkeys belongs to the first; the other has none. */
export const accountsByHotkey = (links: ReadonlyArray<ProvenLink>): ReadonlyMap<AccountAddress, GitHubAccountId> => {
  const first = new Map<GitHubAccountId, ProvenLink>()
  for (const link of links) {
    const other = first.get(link.account)
    if (other === undefined || isEarlier(link, other)) first.set(link.account, link)
  }
  return new Map(Array.from(first.values(), ({ hotkey, account }) => [hotkey, account]))
}
