import { useState } from "react"
import { emblemOf, hueOf } from "../../../src/story/emblem.ts"
import { minerName as minerLabel } from "../../../src/story/names.ts"
import type { CallRef, IssueRef, MinerRef, Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { shortAccount } from "../format/names.ts"
import { useCopy } from "../live/copy.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

interface AvatarProps {
  /** A hotkey or login, which determines the emblem if there is no picture. */
  readonly of: string
  readonly src: string | null
  readonly size?: "small" | "medium" | "large"
}

/** The only host from which the page may load pictures. */
const PICTURE_HOST = "https://avatars.githubusercontent.com/"

const Emblem = ({ of }: { readonly of: string }) => {
  const [first, second] = emblemOf(of)
  return (
    <svg viewBox="-1 -1 6 6" aria-hidden="true" focusable="false">
      <path d={first} />
      <path d={second} />
    </svg>
  )
}

/** An account's picture on GitHub, or an emblem of its own. Decorative, because the name is beside it. */
export const Avatar = ({ of, src, size = "small" }: AvatarProps) => {
  const [failed, setFailed] = useState<string>()
  return (
    <span className="avatar" data-size={size} style={{ "--hue": hueOf(of) } as React.CSSProperties} aria-hidden="true">
      {src?.startsWith(PICTURE_HOST) && src !== failed ? (
        <img src={src} alt="" loading="lazy" onError={() => setFailed(src)} />
      ) : (
        <Emblem of={of} />
      )}
    </span>
  )
}

/** An account without a page: shortened, whole on hover, copied on click. */
export const Account = ({ address, whole = false }: { readonly address: string; readonly whole?: boolean }) => {
  const [isCopied, copy] = useCopy(address)
  return (
    <button type="button" className="account" title={`${address} (click to copy)`} onClick={copy}>
      <code>{isCopied ? "copied" : whole ? address : shortAccount(address)}</code>
    </button>
  )
}

type NamedMiner = Pick<MinerRef, "hotkey"> & Partial<Pick<MinerRef, "login" | "avatar" | "uid">>

export { minerLabel }

export const MinerName = ({ miner, picture = true }: { readonly miner: NamedMiner; readonly picture?: boolean }) => (
  <Link
    to={pageAddress("miner", { hotkey: miner.hotkey })}
    className="miner-name"
    title={`${miner.hotkey}${miner.uid == null ? "" : ` · UID ${miner.uid}`}`}
  >
    {picture ? <Avatar of={miner.hotkey} src={miner.avatar ?? null} /> : null}
    <span>{minerLabel(miner)}</span>
  </Link>
)

export const IssueName = ({ issue: { id, repository, number, title } }: { readonly issue: IssueRef }) => (
  <Link to={pageAddress("issue", { id })} title={`${repository}#${number}`} className="issue-name">
    {title ?? `${repository}#${number}`}
  </Link>
)

export const EpochName = ({ epoch }: { readonly epoch: number }) => (
  <Link to={pageAddress("epoch", { epoch })} className="epoch-name">
    Epoch {epoch}
  </Link>
)

interface CallLinkProps {
  readonly at: Moment
  /** The call within that block; null if unknown. */
  readonly call?: Pick<CallRef, "extrinsic" | "position"> | null
}

/** A link to a block's events and calls. */
export const CallLink = ({ at, call = null }: CallLinkProps) => (
  <Link className="call-link" to={`${pageAddress("events")}?from=${at.block}&to=${at.block}`} title="this block's calls and events">
    {wholeNumber(at.block)}
    {call === null ? "" : `-${call.extrinsic}${call.position === null || call.position === 0 ? "" : `.${call.position}`}`}
  </Link>
)
