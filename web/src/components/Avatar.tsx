import { useState } from "react"
import { emblemOf, hueOf } from "../../../src/story/emblem.ts"

interface Props {
  /** A hotkey or login, which determines the emblem if there is no picture. */
  readonly of: string
  readonly src: string | null
  readonly size?: "small" | "medium" | "large"
}

/** The only host from which the page may load pictures. */
const ALLOWED = "https://avatars.githubusercontent.com/"

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
export const Avatar = ({ of, src, size = "small" }: Props) => {
  const [failed, setFailed] = useState<string>()
  return (
    <span className="avatar" data-size={size} style={{ "--hue": hueOf(of) } as React.CSSProperties} aria-hidden="true">
      {src?.startsWith(ALLOWED) && src !== failed ? (
        <img src={src} alt="" loading="lazy" onError={() => setFailed(src)} />
      ) : (
        <Emblem of={of} />
      )}
    </span>
  )
}
